"""What the pages of the console show and do, by what they are about."""
