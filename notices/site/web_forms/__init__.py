"""Recipients' web forms: their fields, and many requests handed over at once."""
