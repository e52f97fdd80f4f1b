"""Templates of letters and mails: read, checked, filled and parsed into the model."""
