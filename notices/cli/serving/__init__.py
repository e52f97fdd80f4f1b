"""`notices serve`: what is offered over HTTP, and how it is started."""

from notices.cli.serving.command import serve
from notices.cli.serving.tokens import token

__all__ = ["serve", "token"]
