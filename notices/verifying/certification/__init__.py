"""Certification paths (RFC 5280, 6): building them, and what every one must keep to."""
