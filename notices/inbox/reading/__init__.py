"""What a received mail claims: its parts, texts and ids, before anything is believed.

All of it is pure and bounded; `inbox.classifying` makes one claim of it.
"""
