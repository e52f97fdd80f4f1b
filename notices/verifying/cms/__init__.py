"""CMS (RFC 5652): strict DER, signatures, certificate paths, time stamps."""
