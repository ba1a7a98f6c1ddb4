"""The embedded store: one SQLite file, one writer that groups commits, readers apart."""
