"""The database under the store: SQLite or PostgreSQL, its schema and migrations."""
