"""What the process with limits says of an assertion: members of its answer."""

TOLD_KEY = "key_sha256"
"""SHA-256 of the key that the assertion brings along; null: it cannot be read."""
WHY = "why"
"""Why it does not hold; null: it does, or it is of another key."""
OVER = "over"
"""Which limit its reading went over; then nothing else is said."""
