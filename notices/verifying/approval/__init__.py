"""Approvals: signatures of persons over what they looked at, and whether it is that."""
