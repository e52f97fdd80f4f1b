"""What a request asks for, read before anybody acts: values, and all faults at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from notices.access import AccessToken
from notices.errors import Fault
from notices.grammar import line_fault
from notices.messages import Text
from notices.service.api.problems import ApiProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a path or a query."""

    name: str
    """As it is written."""
    place: Literal["path", "query"]
    """Where it stands."""
    description: str
    """What it means."""
    kind: Literal["string", "integer"] = "string"
    """What it is read as."""
    pattern: str = ""
    """What a string must match whole; empty: anything."""
    choices: tuple[str, ...] = ()
    """What a string may be; empty: anything."""
    least: int = 0
    """Of an integer."""
    most: int = 2**31 - 1
    """Of an integer; characters of a string."""
    default: str | int | None = None
    """What holds where it is left out."""

    def read(self, text: str) -> tuple[str | int | None, str]:
        """The value, and what is wrong with it; empty: nothing."""
        if self.kind == "integer":
            return self._number(text)
        wrong = ""
        if not 0 < len(text) <= self.most:
            wrong = Text("must have 1 to {most} characters", most=self.most)
        elif self.choices and text not in self.choices:
            wrong = Text("must be one of: {names}", names=", ".join(self.choices))
        elif self.pattern and not re.fullmatch(self.pattern, text, re.ASCII):
            wrong = Text("must match {pattern}", pattern=self.pattern)
        # reasons and names go on record, and are shown in one line
        return text, wrong or line_fault(text, longest=self.most) or ""

    def _number(self, text: str) -> tuple[int | None, str]:
        if not re.fullmatch(r"-?[0-9]{1,10}", text, re.ASCII):
            return None, "must be a whole number"
        number = int(text)
        if self.least <= number <= self.most:
            return number, ""
        return None, Text("must be {least} to {most}", least=self.least, most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """What somebody asks for, as far as it could be read."""

    token: AccessToken | None
    """Whose request it is; None: the route needs none."""
    path: Mapping[str, Any]
    """Parameters of the path."""
    query: Mapping[str, Any]
    """Parameters of the query, defaults included."""
    location: str = ""
    """The path as it was sent."""
    body: bytes = b""
    """The whole body."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Fields by their names in lower case."""
    key: str = ""
    """Idempotency-Key; empty: none came."""
    fingerprint: str = ""
    """Of method, target and body: what the key stands for."""
    now: datetime
    """When it came, aware."""

    @property
    def owner(self) -> str:
        """The case system whose token came."""
        return self.token.name if self.token else ""


def read_parameters(
    known: Iterable[Parameter],
    path: Mapping[str, str],
    query: Iterable[tuple[str, str]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters of path and query; ApiProblem with every one that is wrong.

    In a path nothing is found under a name that cannot be; in a query it is a fault.
    """
    by_name = {each.name: each for each in known if each.place == "query"}
    faults: list[Fault] = []
    values = {name: each.default for name, each in by_name.items()}
    seen: set[str] = set()
    for name, text in query:
        faults += _place(name, text, by_name, seen, values)
    found = dict(_path_values(known, path))
    if faults:
        raise ApiProblem(
            "bad-request", "the query cannot be read", faults=tuple(faults)
        )
    return found, values


def _place(
    name: str,
    text: str,
    by_name: Mapping[str, Parameter],
    seen: set[str],
    values: dict[str, Any],
) -> Iterator[Fault]:
    path = f"query.{name[:60]}"
    if name not in by_name:
        known = ", ".join(by_name) or "-"
        yield Fault(path, Text("is no parameter here; known: {known}", known=known))
        return
    value, wrong = by_name[name].read(text)
    if name in seen:
        yield Fault(path, "stands twice")
    elif wrong:
        yield Fault(path, wrong)
    seen.add(name)
    values[name] = value


def _path_values(
    known: Iterable[Parameter], path: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for parameter in known:
        if parameter.place == "path":
            value, wrong = parameter.read(path[parameter.name])
            if wrong:
                raise nothing_here()
            yield parameter.name, value


def nothing_here() -> ApiProblem:
    """What is not there, or not the caller's: nobody learns which."""
    return ApiProblem("not-found", "there is nothing here, or it is not yours")
