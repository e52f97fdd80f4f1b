"""`notices serve`: what is offered over HTTP, and how it is started."""

from notices.cli.serving.command import serve

__all__ = ["serve"]
