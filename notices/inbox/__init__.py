"""The inbox: reports, archive copies and replies as evidence of a delivery."""
