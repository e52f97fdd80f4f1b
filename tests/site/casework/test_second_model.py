"""Random facts by every door, compared with a model written from the documents."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from notices.casework import read_fact
from notices.errors import InputError
from notices.site import Site
from tests.service.api.conftest import Api, Clock
from tests.site.casework import second_model as model
from tests.site.conftest import desk

__all__ = ["desk"]

NOW = datetime.now(model.JAPAN).replace(microsecond=0)
CATEGORIES = ("controlled-drug-advertising", "suicide-solicitation", "violent-crime")
OUTCOMES = (
    *sorted(model.DONE),
    *sorted(model.SILENT),
    "moved",
    "partly",
    "still_there",
)
RUNGS = ("website_administrator", "server_administrator")
KINDS = ("request", "request", "reminder", "withdrawal", "correction")


class Chance:
    """Makes facts of a few cases; most fit what was told before, some do not."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - lives that can be lived again
        self.told = []
        self.numbers = 0
        self.cases = [f"LAW-{seed:03}-{n}" for n in range(3)]

    def at(self):
        """Often about midnight in Japan, and about a deadline of five days."""
        days = self.dice.choice((1, 3, 7, 8, 9, 30, 200, 305, 310, 320, 400))
        at = NOW - timedelta(days=days, minutes=self.dice.randrange(1440))
        if self.dice.random() < 0.2:
            at = at.replace(hour=self.dice.choice((0, 23)), minute=0, second=0)
        return at + timedelta(microseconds=self.dice.randrange(3))

    def line(self, fact, case_id, at=None, **fields):
        at = (at or self.at()).isoformat()
        return {"fact": fact, "at": at, "by": "p", "case_id": case_id, **fields}

    def judgment(self, case_id, days=500):
        at = NOW - timedelta(days=days)
        found = (at - timedelta(days=3)).date().isoformat()
        category = self.dice.choice(CATEGORIES)
        return self.line(
            "analysed", case_id, at, category=category, found_on=found, source="public"
        )

    def facts(self):
        return [self.fact() for _ in range(self.dice.randrange(1, 7))]

    def fact(self):
        case_id, dice = self.dice.choice(self.cases), self.dice
        mine = [one for one in self.told if one["case_id"] == case_id]
        sent = [one["number"] for one in model.of(mine, "requested")]
        number = dice.choice(sent) if sent and dice.random() < 0.9 else "R8-1-999999"
        kind = dice.choice(self.KINDS)
        if kind == "requested":
            if dice.random() < 0.9:
                self.numbers += 1
                number = f"R8-1-{self.cases[0][4:7]}{self.numbers:03}"
            return self.line(
                kind,
                case_id,
                number=number,
                kind=dice.choice(KINDS),
                rung=dice.choice(RUNGS),
            )
        if kind == "retracted":
            one = dice.choice(mine or [self.judgment(case_id)])
            return self.line(kind, case_id, of=model.name(one), reason="誤り")
        if kind == "again":
            return dice.choice(mine or [self.judgment(case_id)])
        return self.line(kind, case_id, **self.fields(kind, number))

    KINDS = (
        *("requested", "requested", "looked", "looked", "looked", "answered"),
        *("returned", "police_hold", "police_released", "closed", "reopened"),
        *("gone", "not_requested", "referred", "retracted", "again", "analysed"),
    )

    def fields(self, kind, number):
        dice = self.dice
        told = {
            "looked": {
                "outcome": dice.choice(OUTCOMES),
                "how": dice.choice(("person", "person", "provider", "probe")),
            },
            "answered": {"number": number, "answer": "declined"},
            "returned": {"number": number, "reason": "unknown_user"},
            "gone": {"before": "request"},
            "not_requested": {"reason": "abroad"},
            "referred": {
                "direction": "out",
                "body": dice.choice(("hotline", "filter_provider")),
                "country": "US",
            },
            "analysed": {
                "category": dice.choice(CATEGORIES),
                "found_on": "2025-01-06",
                "source": "public",
            },
        }
        return told.get(kind, {} if kind == "gone" else {"reason": "理由"})


class Doors:
    """The ways by which facts come in; each gives what it took."""

    def __init__(self, desk, api, folder):
        self.desk, self.api, self.folder = desk, api, folder

    def octets(self, lines):
        return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in lines)

    def by_file(self, lines, *options):
        path = self.folder / "facts.jsonl"
        path.write_text(self.octets(lines), encoding="utf-8")
        code, out = self.desk.json("record", str(path), *options)
        assert code in {0, 65}, out
        return code == 0

    def by_python(self, lines):
        with Site.open(self.desk.home) as site:
            try:
                site.record([read_fact(json.dumps(one)) for one in lines])
            except InputError:
                return False
        return True

    def by_part(self, lines):
        return self.by_file(lines, "--partial")

    def by_api(self, lines):
        done = self.api.post(
            "/v1/facts",
            content=self.octets(lines).encode(),
            headers={"Content-Type": "application/jsonl"},
        )
        assert done.status_code == 200, done.text
        return done.json()["refused"] == 0


WHOLE = (Doors.by_file, Doors.by_python)
PARTLY = (Doors.by_part, Doors.by_api)


def on_record(desk, cases):
    """The lines as another program finds them in the database; some are retracted."""
    with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as database:
        rows = database.execute("SELECT case_id, line FROM case_facts").fetchall()
    return [json.loads(line) for case_id, line in rows if case_id in cases]


def require_like(desk, chance):
    """States, first days and what is due, today and on some day gone by."""
    told = {row["case_id"]: row for row in desk.json("cases")[1]}
    for case_id in chance.cases:
        mine = [one for one in chance.told if one["case_id"] == case_id]
        if not model.of(model.standing(mine), "analysed"):
            assert case_id not in told
            continue
        assert told[case_id]["state"] == model.state(mine), mine
    for day in (NOW.date(), (NOW - timedelta(days=chance.dice.randrange(400))).date()):
        found = {
            (one["case_id"], one["kind"], one["on"], one["number"])
            for one in desk.json("due", "--on", day.isoformat())[1]
        }
        wanted = {
            (case_id, kind, on.isoformat(), number)
            for case_id in chance.cases
            for kind, on, number in model.due(
                [one for one in chance.told if one["case_id"] == case_id], day
            )
        }
        mine = {one for one in found if one[0] in chance.cases}
        assert mine == wanted, (day, chance.told)


def live(desk, client, folder, seed):
    chance, doors = Chance(seed), Doors(desk, client, folder)
    first = [chance.judgment(case_id) for case_id in chance.cases]
    assert doors.by_api(first)
    chance.told += first
    refused = 0
    for _ in range(7):
        lines = chance.facts()
        through = chance.dice.choice((*WHOLE, *PARTLY))
        if through is Doors.by_api:
            lines = [one for one in lines if one["fact"] != "requested"] or first
        is_good = model.is_good([*chance.told, *lines])
        taken = through(doors, lines)
        assert taken == is_good, (through.__name__, lines, chance.told)
        before = {model.canonical(one) for one in chance.told}
        now = {model.canonical(one) for one in on_record(desk, chance.cases)}
        offered = {model.canonical(one) for one in lines}
        assert before <= now <= before | offered
        if is_good:
            assert now == before | offered
        elif through in WHOLE:
            assert now == before
        refused += not is_good
        chance.told = [json.loads(one) for one in sorted(now)]
        assert model.is_good(chance.told), (through.__name__, lines)
        require_like(desk, chance)
    return refused


@pytest.fixture
def client(desk):
    api = Api(desk.home, Clock())
    with closing(api):
        yield api.client(api.token())


def test_law_of_random_facts_by_every_door(desk, client, tmp_path):
    refused = sum(live(desk, client, tmp_path, seed) for seed in range(6))
    assert refused, "nothing that is wrong was tried"


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(6, 60))
def test_law_of_many_random_facts(desk, client, tmp_path, seed):
    live(desk, client, tmp_path, seed)
    assert desk.run("ledger", "verify")[0] == 0, "whatever was told, the log holds"
