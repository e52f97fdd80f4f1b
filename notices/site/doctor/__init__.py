"""The doctor: each part of a site tried for itself; one that fails hides no other."""
