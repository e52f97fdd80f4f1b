"""Workers of one database: who lives, and what the dead have left."""
