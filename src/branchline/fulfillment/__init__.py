"""Asking an owner's endpoint: where a call may go, how it is signed, limited and read (contract §3 and §4)."""
