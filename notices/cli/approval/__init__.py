"""Two pairs of eyes on the command line: prepare, approve, sign, people."""
