"""The limited process in which files from anybody are parsed."""
