"""Whether finproc is well: its health, and figures for Prometheus."""
