"""The way in: requests, messages, and the sweep of stalled work."""
