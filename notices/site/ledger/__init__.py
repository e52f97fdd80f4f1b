"""The ledger of a site: its key, checkpoints, proofs and witnesses."""
