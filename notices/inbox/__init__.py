"""The inbox: delivery reports, archive copies and replies as evidence of a delivery.

A mail is read into what it claims (`classifying`), matched with what we sent
(`matching`) and filed with the move that it proves (`reports`), in one transaction.
Nothing that a mail says changes a state unless it matches an attempt of ours.
"""
