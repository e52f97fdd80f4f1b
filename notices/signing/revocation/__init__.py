"""Is a certificate revoked: CRLs and OCSP answers, fetched, judged and kept."""
