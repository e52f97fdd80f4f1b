"""Commands of the life of a case."""
