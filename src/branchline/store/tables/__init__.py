"""Tables beside the interactions: people, drafts, deliveries and the like, written once for every database.

A room has one Python file and one `.sql` file here. Its statements are the SQL that SQLite and PostgreSQL share; its
tables are made by a migration for each. The store in memory keeps them in an SQLite database of its own.
"""

from branchline.store.tables.statement import Sql, Statement, read_sql
from branchline.store.tables.tables import Row, Tables, Unmatched

__all__ = ["Row", "Sql", "Statement", "Tables", "Unmatched", "read_sql"]
