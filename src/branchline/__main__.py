"""`python -m branchline`: the command line."""

from branchline.cli import run

run()
