"""Who is revoked: what authentic lists and OCSP answers say, and what that proves."""
