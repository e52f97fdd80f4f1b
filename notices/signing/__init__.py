"""Signing: keys, certificates, revocation answers, S/MIME and PDF signatures."""
