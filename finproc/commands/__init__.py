"""The commands of the command line, one file each; `finproc.cli` lists them."""
