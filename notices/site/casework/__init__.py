"""Cases of a site: facts taken in, acts of operators, what is due."""
