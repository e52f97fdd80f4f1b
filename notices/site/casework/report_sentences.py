"""The sentences of the centre's public report, from the figures of its tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notices.statistics.eras import era, january_era

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Says in one language what a year's report tells."""

    report: Row
    """As `Statistician.count` gives it."""
    language: str
    """`ja` or `en`."""
    words: Mapping[str, str]
    """Key to pattern, of that language (`report_words.json`)."""

    @property
    def year(self) -> int:
        """The year of the report."""
        return int(self.report["period"]["from"][:4])

    @property
    def settings(self) -> Row:
        """The section `[statistics]`."""
        settings: Row = self.report.get("settings", {})
        return settings

    def put(self, key: str, **values: object) -> str:
        """A pattern with its values; years are at hand in it."""
        return self.words[key].format_map({**self._years(), **values})

    def _years(self) -> dict[str, object]:
        following = self.year + 1
        if self.language == "ja":
            return {"era": era(self.year), "next_era": january_era(following)}
        return {"era": self.year, "next_era": following}

    # what was done

    def processed(self, key: str, table: Row) -> str:
        """What was reported, asked for and removed of a group."""
        text = table["text"]
        figures = {name: told(value) for name, value in text.items()}
        parts = [self.put(f"{key}_text", **figures)]
        if text.get("requested_without_police_report"):
            parts.append(self.put("asked_unreported", **figures))
        name = "removed_at_5_business_days"
        removed = text.get(name, text.get("removed_at_end_of_january"))
        parts.append(self.removed(f"{key}_asked", removed, text["rate_percent"]))
        return self.put("between").join(parts)

    def removed(self, asked: str, removed: int | None, rate: str | None) -> str:
        """What the requests led to; asked: key of what was done."""
        values = {"asked": self.put(asked), "removed": told(removed), "rate": rate}
        if removed is None:
            return self.put("removed_open", **values)
        return self.put("removed_text" if rate else "removed_none", **values)

    def notes(self, key: str, table: Row) -> Iterator[str]:
        """When it was looked at, and what nobody could confirm."""
        text = table["text"]
        january = text["removed_at_end_of_january"]
        if key == "processing-1":
            yield self.put("between").join((self._five(), self._in_january(text)))
        elif january is not None:
            yield self.put("january")
        unconfirmed = table["total"]["unconfirmed"]
        if unconfirmed is not None:
            yield self.put("unconfirmed", unconfirmed=told(unconfirmed))

    def _five(self) -> str:
        grace = self.settings.get("grace_business_days", 0)
        return self.put("five_and_grace" if grace else "five", grace=grace)

    def _in_january(self, text: Row) -> str:
        """The end of January of illegal information, as far as it is known."""
        rate = text["rate_at_end_of_january_percent"]
        removed = text["removed_at_end_of_january"]
        if removed is None:
            return self.put("five_january_open")
        key = "five_january" if rate else "five_january_none"
        return self.put(key, removed=told(removed), rate=rate)

    # hotlines abroad

    def received_abroad(self, illegal: int, table: Row) -> str:
        """What was done about what hotlines abroad reported."""
        figures = {name: told(value) for name, value in table.items()}
        parts = (
            self.put("inhope-in-2-3_text", illegal=told(illegal), **figures),
            self.removed("processing-1_asked", table["removed"], table["rate_percent"]),
        )
        return self.put("between").join(parts)

    def are_hotlines_apart(self) -> bool:
        """Whether what they reported stands in their own tables only."""
        return bool(self.settings.get("hotlines_abroad", "inside") != "inside")

    def settings_lines(self) -> Iterator[str]:
        """Each setting as `notices.toml` has it."""
        for name, value in self.settings.items():
            plain = str(value).lower() if isinstance(value, bool) else value
            yield f"[statistics] {name} = {plain}"


def told(value: object) -> str:
    """Whole numbers in groups of three; nothing for what is not known."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
