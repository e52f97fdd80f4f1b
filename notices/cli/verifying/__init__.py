"""`notices verify`: what is judged, and how it is told."""

from notices.cli.verifying.command import verify

__all__ = ["verify"]
