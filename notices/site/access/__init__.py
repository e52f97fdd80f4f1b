"""Case systems over HTTP: their tokens, and what they hand in."""
