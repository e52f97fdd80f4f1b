"""The console: the centre's day in a browser. It holds no key of the centre."""

from notices.service.console.app import make_console
from notices.service.console.settings import ConsoleSettings

__all__ = ["ConsoleSettings", "make_console"]
