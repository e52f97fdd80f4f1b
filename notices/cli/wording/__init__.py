"""The commands on the wording of letters."""
