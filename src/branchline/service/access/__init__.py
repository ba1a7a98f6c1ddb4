"""Who may do what: people and their roles, passwords, sign-ins, and the audit log of what they did."""
