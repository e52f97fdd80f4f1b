"""What is overdue: the worker tells the same as `notices due`, in its log and metrics."""

from datetime import datetime, timedelta

from notices.judgment import JST
from notices.site import Site
from tests.programs import require_module
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.casework.watching import (
    free_port,
    require_figure,
    watching_worker,
)
from tests.site.conftest import desk, received

__all__ = ["desk", "received", "record"]


def test_the_worker_tells_what_due_tells(desk, received, record):
    require_module("prometheus_client")
    record(judged(), sent(), judged("IHC-2026-000002", ago=20))
    [late] = desk.json("due")[1]
    port = free_port()
    with watching_worker(desk, port) as lines:
        told = next(line for line in lines if line["event"] == "worker.overdue")
        assert told["overdue"] == {late["kind"]: 1}
        assert told["level"] == "warning"
        require_figure(port, f'notices_overdue{{kind="{late["kind"]}"}} 1.0')
        require_figure(port, 'notices_overdue{kind="reply"} 0.0')


def test_what_is_due_today_is_not_overdue(desk, record):
    """A day is over only when it is over."""
    record(judged(), sent())
    day = datetime.fromisoformat(desk.json("due")[1][0]["on"])
    noon = day.replace(hour=12, tzinfo=JST)
    for later, expected in ((timedelta(0), 0), (timedelta(days=1), 1)):
        with Site.open(desk.home, clock=lambda at=noon + later: at) as site:
            overview = site.rooms.cases.overview
            assert [one.kind for one in overview.due()] == ["look"]
            assert overview.overdue()["look"] == expected
