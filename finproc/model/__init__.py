"""What finproc speaks of: frozen values and pure arithmetic; nothing here opens, reads or sends."""
