"""`./dev torture`: kills servers again and again while visitors talk, and counts what was lost, doubled or stuck."""
