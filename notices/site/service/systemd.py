"""Tells systemd how a service is: sd_notify(3), a datagram and no library."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """The socket of the service manager; empty: there is none, nothing is told."""

    address: str = ""
    """`NOTIFY_SOCKET`: a path, or a name in the abstract namespace after `@`."""

    @classmethod
    def of(cls, environment: Mapping[str, str] | None = None) -> "ServiceManager":
        """The one that started this process, if any."""
        known = os.environ if environment is None else environment
        return cls(known.get("NOTIFY_SOCKET", ""))

    def ready(self, status: str = "waiting for what is due") -> None:
        """It works; status: what it does now."""
        self._tell(f"READY=1\nSTATUS={status}")

    def alive(self) -> None:
        """The worker looked for work just now."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """It finishes what is under way."""
        self._tell("STOPPING=1\nSTATUS=finishing what is under way")

    def _tell(self, text: str) -> None:
        if not self.address:
            return
        address = self.address
        if address.startswith("@"):
            address = f"\0{address[1:]}"
        with (
            # a service manager that does not listen is no reason not to send
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link,
        ):
            link.setblocking(False)  # noqa: FBT003 - one that hangs is waited for by nobody
            link.sendto(text.encode(), address)
