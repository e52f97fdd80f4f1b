"""The log from outside: published tiles, cosigned checkpoints, proofs handed out."""
