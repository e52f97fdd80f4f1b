"""The signer of a site: which key signs today, and whether it may."""
