"""The store for many processes: one PostgreSQL, a writer in each process that groups turns, readers apart."""
