"""Log lines of the worker: one per event, as text or as JSON, by stdlib logging."""

import json
import logging
import os
import sys
from queue import SimpleQueue
from threading import Thread

from notices.cli.output import print_line
from notices.messages import Text
from notices.queue import WorkerEvent, WorkerEventKind
from notices.signs import plain

LOGGER = logging.getLogger("notices.worker")
_MOST_LINES = 10_000
_LINGER = 2.0

_LEVELS = {
    WorkerEventKind.DEFERRED: logging.WARNING,
    WorkerEventKind.TROUBLE: logging.WARNING,
    WorkerEventKind.OVERDUE: logging.WARNING,
    WorkerEventKind.ON_HOLD: logging.WARNING,
    WorkerEventKind.RECOVERED: logging.WARNING,
    WorkerEventKind.FAILED: logging.ERROR,
    WorkerEventKind.IN_DOUBT: logging.ERROR,
    WorkerEventKind.ERROR: logging.ERROR,
}


class JsonLines(logging.Formatter):
    """One object per line; what is empty is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record's news."""
        news: WorkerEvent = record.__dict__["news"]
        fields: dict[str, object] = {
            "time": news.at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": news.kind.value,
            "number": news.number,
            "case_id": news.case_id,
            "state": news.state and news.state.value,
            "stage": news.stage and news.stage.value,
            "reply": news.reply,
            "note": news.note,
            "seconds": news.seconds and round(news.seconds, 3),
            "overdue": {kind: count for kind, count in news.counts.items() if count}
            or None,
        }
        told = {key: value for key, value in fields.items() if value not in ("", None)}
        return json.dumps(told, ensure_ascii=False)


class TextLines(logging.Formatter):
    """One line for people; nothing in it steers a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record's news."""
        news: WorkerEvent = record.__dict__["news"]
        took = f"{news.seconds:.1f} s" if news.seconds is not None else ""
        where = f"at {news.stage.value}" if news.stage else ""
        words = (news.case_id, news.number, where, news.reply, news.note, took)
        told = "  ".join(plain(word) for word in words if word)
        moment = news.at.astimezone().isoformat(timespec="seconds")
        return f"{moment}  {news.kind.value}  {told}".rstrip()


class LogWriter(logging.Handler):
    """To standard output, by a thread of its own.

    A log that is full, dead or read by nobody holds up no delivery. Lines that cannot
    be written are counted and told.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lost = 0
        self._thread = Thread(target=self._write_all, name="notices-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a line over, or count it as lost."""
        if self._lines.qsize() < _MOST_LINES:
            self._lines.put(self.format(record))
        else:
            self._lost += 1

    def close(self) -> None:
        """Wait a moment for what is not written yet."""
        self._lines.put(None)
        self._thread.join(_LINGER)
        super().close()

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            if self._lost and _write(
                Text("{lost} lines of the log were lost", lost=self._lost)
            ):
                self._lost = 0
            if not _write(line):
                self._lost += 1


def _write(line: str) -> bool:
    """Write a line whole; false: it could not be.

    Not through Python's buffer where there is a file: its lock would be held by a write
    that nobody takes, and what it failed to write would fail again at the exit.
    """
    octets = f"{line}\n".encode("utf-8", "backslashreplace")
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        print_line(line)  # a stream of a caller
        return True
    try:
        while octets:
            octets = octets[os.write(descriptor, octets) :]
    except OSError:
        return False
    return True


def start_logging(how: str) -> LogWriter:
    """Send the worker's log lines to standard output; `how`: `text` or `json`."""
    handler = LogWriter()
    handler.setFormatter(JsonLines() if how == "json" else TextLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return handler


def log(news: WorkerEvent) -> None:
    """Log one thing that happened."""
    level = _LEVELS.get(news.kind, logging.INFO)
    LOGGER.log(level, news.kind.value, extra={"news": news})
