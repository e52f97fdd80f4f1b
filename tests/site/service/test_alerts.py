"""What the page and the alarms name is what a worker shows, and all of it."""

import re

from prometheus_client.parser import text_string_to_metric_families

from tests.cli.test_progress import ROOT
from tests.site.casework.watching import free_port, metrics, require_figure
from tests.site.casework.watching import watching_worker as watching

PAGE = ROOT / "docs" / "operations.md"
ALARMS = ROOT / "etc" / "prometheus-alerts.yml"
_NAME = re.compile(r"\bnotices_[a-z_]+")


def named_in_page():
    return set(
        re.findall(r"^\| `(notices_[a-z_]+)", PAGE.read_text("utf-8"), re.MULTILINE)
    )


def test_every_figure_that_is_named_is_shown(desk):
    port = free_port()
    with watching(desk, port) as log:
        assert next(log)["event"] == "worker.started"
        require_figure(port, 'notices_deliveries{state="in_doubt"}')
        require_figure(port, 'notices_overdue{kind="look"}')
        families = list(text_string_to_metric_families(metrics(port)))
    samples = {sample.name for each in families for sample in each.samples}
    kinds = {
        (sample.name, *sample.labels.items())
        for each in families
        for sample in each.samples
    }
    page = named_in_page()
    assert page
    for name in page:
        assert {name, f"{name}_count"} & samples, name
    alarms = ALARMS.read_text("utf-8")
    expressions = re.findall(r"expr: (.+)", alarms)
    for expression in expressions:
        for name in _NAME.findall(expression):
            assert name in samples, expression
        for name, label, value in re.findall(
            r'(notices_\w+)\{(\w+)="(\w+)"\}', expression
        ):
            assert (name, (label, value)) in kinds, expression
    ours = {name for name in samples if name.startswith("notices_")}
    told = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in ours}
    assert {name for name in told if not name.endswith("attempts")} <= page
