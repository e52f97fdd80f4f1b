"""The ledger in the database: events and their leaves, places, what lies beside.

Each event is written in the transaction of what it tells.
"""
