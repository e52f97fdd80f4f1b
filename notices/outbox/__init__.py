"""The outbox: the store, one SMTP attempt, and the worker."""
