"""Signed PDFs: the numbered checks, structure, updates and active content."""
