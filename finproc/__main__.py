"""`python -m finproc` is the command line."""

from __future__ import annotations

from finproc.cli import main

if __name__ == "__main__":
    main()
