"""Engines that stay open: a service opens its database again and again."""

from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from notices.store.database.engine import make_engine

Identity = tuple[int, int] | None


class KeptEngines:
    """One engine for each database, with its connections and its compiled statements.

    Threads share them. Who closes a store that was opened with one leaves it open.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Identity, Engine]] = {}
        self._lock = Lock()

    def get(self, url: str, *, busy_timeout: float) -> Engine:
        """Give the engine of a URL; a new one where another file lies there by now.

        Who still uses the one of before finishes with it.
        """
        with self._lock:
            before, engine = self._kept.get(url, (None, None))
            if engine is not None and before == _identity(engine):
                return engine
            if engine is not None:
                engine.dispose()
            engine = make_engine(url, busy_timeout=busy_timeout)
            self._kept[url] = (_identity(engine), engine)
            return engine

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for _, engine in kept.values():
            engine.dispose()


def _identity(engine: Engine) -> Identity:
    """Which file it is; None: none, or a server."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    try:
        found = Path(engine.url.database).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
