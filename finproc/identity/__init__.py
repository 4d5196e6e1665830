"""Who may do what, and the keys that keep what is stored closed to others."""
