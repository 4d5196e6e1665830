"""One thin file per network system, where alone its client is constructed."""
