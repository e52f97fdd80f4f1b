"""What a terminal shows: its language, its width, and who writes on the last line."""
