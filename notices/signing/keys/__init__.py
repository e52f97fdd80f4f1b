"""Keys that sign: from PKCS#12 and PEM files, and on PKCS#11 tokens."""
