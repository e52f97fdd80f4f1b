"""What the pages of a letter show, glyph by glyph."""
