"""The step that writes facts exactly once."""
