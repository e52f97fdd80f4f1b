"""Evidence bundles: the container, its manifest, record, ledger and renewals."""
