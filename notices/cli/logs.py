"""Log lines of the worker: one per event, as text or as JSON, by stdlib logging."""

import json
import logging

from notices.cli.output import print_line
from notices.queue import WorkerEvent, WorkerEventKind
from notices.signs import plain

LOGGER = logging.getLogger("notices.worker")

_LEVELS = {
    WorkerEventKind.DEFERRED: logging.WARNING,
    WorkerEventKind.TROUBLE: logging.WARNING,
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


class _Echo(logging.Handler):
    """To standard output as it is at that moment: a progress bar may stand before."""

    def emit(self, record: logging.LogRecord) -> None:
        print_line(self.format(record))


def start_logging(how: str) -> None:
    """Send the worker's log lines to standard output; `how`: `text` or `json`."""
    handler = _Echo()
    handler.setFormatter(JsonLines() if how == "json" else TextLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def log(news: WorkerEvent) -> None:
    """Log one thing that happened."""
    level = _LEVELS.get(news.kind, logging.INFO)
    LOGGER.log(level, news.kind.value, extra={"news": news})
