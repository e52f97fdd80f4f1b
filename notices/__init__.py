"""Notices: signed takedown requests from a finalised judgment, and their proof."""

__version__ = "0.1.0"
