"""The ledger: RFC 9162 Merkle hashes and proofs over what happened."""
