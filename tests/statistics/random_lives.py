"""Lives of cases at random, many of them around the turn of a year and of a day."""

import random
from datetime import date, datetime, timedelta

from notices.judgment import JST

CATEGORIES = {
    "obscene-electromagnetic-display": "illegal",
    "controlled-drug-advertising": "illegal",
    "firearm-transfer": "serious-crime",
    "violent-crime": "serious-crime",
    "suicide-solicitation": "suicide",
}
OUTCOMES = (
    *("removed", "blocked_in_japan", "account_gone", "site_gone", "moved", "changed"),
    *("partly", "still_there", "unreachable", "cannot_tell"),
)
PLACES = ("JP", None, "US")
SOURCES = ("cyber_patrol_center", "public", "foreign_hotline")


class Lives:
    """Makes the lines of a year's cases; the same seed gives the same."""

    def __init__(self, seed, year):
        self.dice = random.Random(seed)  # noqa: S311 - no secret
        self.year = year
        self.lines = []
        self.numbers = 0
        self.taken = set()

    def make(self, count):
        for place in range(count):
            self._life(f"IHC-{place:06d}")
        for _ in range(count // 10):
            turn = datetime(self.year, self.dice.choice([1, 12]), 31, 23, tzinfo=JST)
            self._refer("", self._later(turn, 3))
        for year in (self.year - 1, self.year):
            self._intakes(year)
        self.dice.shuffle(self.lines)
        return self.lines

    def _add(self, fact, at, case_id, **facts):
        line = {"fact": fact, "at": at, "by": "p", "case_id": case_id or None, **facts}
        self.lines.append(line)

    def _later(self, moment, days):
        found = moment + timedelta(minutes=self.dice.randint(0, days * 1440))
        if self.dice.random() < 0.3:  # the last and the first moment of a day
            found = found.replace(hour=self.dice.choice([0, 23]), minute=0, second=0)
        return max(moment, found - timedelta(microseconds=self.dice.choice([0, 1])))

    def _life(self, case_id):
        dice = self.dice
        turns = [datetime(self.year + more, 1, 1, tzinfo=JST) for more in (0, 1)]
        start = dice.choice(turns) + timedelta(
            minutes=dice.choice([-1, 0, 1, *(dice.randint(-28_800, 28_800),) * 3])
        )
        self._judge(case_id, start)
        if dice.random() < 0.15:
            self._judge(case_id, self._later(start, 40))
        if dice.random() < 0.7:
            self._add("police_reported", self._later(start, 3), case_id)
        if dice.random() < 0.2:
            held = self._later(start, 4)
            self._add("police_hold", held, case_id)
            if dice.random() < 0.7:
                after = held + timedelta(hours=dice.randint(1, 30))
                self._add("police_released", after, case_id)
        if dice.random() < 0.15:
            before = dice.choice(["police_report", "request"])
            self._add("gone", self._later(start, 3), case_id, before=before)
        if dice.random() < 0.15:
            self._add(
                "not_requested", self._later(start, 3), case_id, reason="duplicate"
            )
        asked = self._ask(case_id, self._later(start, 20)) if dice.random() < 0.7 else 0
        for _ in range(dice.choice([0, 1, 1, 2, 3, 5])):
            self._look(case_id, start, asked or start)
        if dice.random() < 0.15:
            self._refer(case_id, self._later(start, 30))

    def _judge(self, case_id, at):
        source = self.dice.choice(SOURCES)
        category = self.dice.choice(list(CATEGORIES))
        self._add(
            "analysed",
            at,
            case_id,
            category=category,
            group=CATEGORIES[category],
            found_on=date(at.year, at.month, at.day).isoformat(),
            source=source,
            provider_location=self.dice.choice(PLACES),
            server_location=self.dice.choice(PLACES),
            urls=self.dice.choice([None, 1, 3]),
            **({"hotline_country": "US"} if source == "foreign_hotline" else {}),
        )

    def _ask(self, case_id, at):
        first = at
        for kind, chance in (
            *(("request", 1), ("reminder", 0.3), ("request", 0.3)),
            *(("withdrawal", 0.1), ("correction", 0.1)),
        ):
            if self.dice.random() < chance:
                self.numbers += 1
                self._add(
                    "requested",
                    at,
                    case_id,
                    number=f"R-{self.numbers:06d}",
                    kind=kind,
                    rung="website_administrator",
                    provider=self.dice.choice([None, "alpha", "beta"]),
                )
                at = self._later(at, 12)
        return first

    def _look(self, case_id, start, asked):
        turn = datetime(self.dice.choice([self.year, self.year + 1]), 2, 1, tzinfo=JST)
        at = self._later(asked - timedelta(days=2), self.dice.choice([5, 10, 14, 45]))
        if self.dice.random() < 0.3:
            at = turn + timedelta(seconds=self.dice.choice([-1, 0, 1, -86_400]))
        how = self.dice.choices(["person", "provider", "probe"], [6, 2, 2])[0]
        at = max(at, start)
        if (case_id, at) in self.taken:
            return  # which of two at one moment is the later one, no table tells
        self.taken.add((case_id, at))
        outcome = self.dice.choice(OUTCOMES)
        self._add("looked", at, case_id, outcome=outcome, how=how)

    def _refer(self, case_id, at):
        self._add(
            "referred",
            at,
            case_id,
            direction=self.dice.choice(["out", "out", "in"]),
            body=self.dice.choice(["hotline", "hotline", "authority"]),
            country=self.dice.choice([None, "US", "FR", "DE"]),
        )

    def _intakes(self, year):
        for month in range(1, 13):
            end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=JST)
            for source, country in (
                *(("public", None), ("cyber_patrol_center", None)),
                *(("foreign_hotline", "US"), ("foreign_hotline", "DE")),
            ):
                found = self.dice.randint(0, 50)
                self._add(
                    "intake",
                    self._later(end, 9),
                    "",
                    month=f"{year}-{month:02d}",
                    source=source,
                    hotline_country=country,
                    out_of_scope=found,
                    received=found + self.dice.randint(0, 50),
                )
