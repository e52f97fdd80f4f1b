"""The PDF as a file: its objects, and the parts of fonts that it embeds."""
