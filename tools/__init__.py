"""Programs for people who work on Branchline; no part of what is installed."""
