"""Time stamps (RFC 3161): asked for at an authority, and what is kept with them."""
