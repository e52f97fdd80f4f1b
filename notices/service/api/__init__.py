"""The API `/v1` for case systems: a table of routes, and one way through it.

make_app      the ASGI application
ROUTES        every route: who may call it, what it takes, what it answers
"""
