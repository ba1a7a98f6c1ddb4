"""Answer a Branchline bot from your own Python service."""
