"""What `doctor` says of the people who may approve."""

from collections.abc import Callable, Iterator, Mapping

from notices.approval import Role
from notices.errors import ConfigError
from notices.messages import Text
from notices.site.approval.people_desk import PeopleDesk
from notices.site.doctor.checkup import Checkup, guard
from notices.store import KnownPerson


def examine_people(
    people: Callable[[], PeopleDesk], *, is_wanted: bool
) -> Iterator[Checkup]:
    """Whether the list is what the ledger has, and whether anybody may approve.

    is_wanted: the policy wants approvals. Silent where nobody is enrolled or wanted.
    """
    line = guard("people", lambda: _people(people(), is_wanted))
    if line.status != "ok" or is_wanted or line.detail != _NOBODY:
        yield line


_NOBODY = Text("nobody is enrolled")


def _people(desk: PeopleDesk, is_wanted: bool) -> str:
    desk.require_same()
    known = desk.known()
    if is_wanted and not _may(known, Role.CHECKER):
        raise ConfigError(
            "approvals are wanted, and nobody is enrolled who may approve",
            hint="notices people enrol PERSON --role ROLE --certificate FILE",
        )
    if not known:
        return _NOBODY
    return Text(
        "{count} enrolled, {checkers} of them may approve",
        count=len(known),
        checkers=_may(known, Role.CHECKER),
    )


def _may(known: Mapping[str, KnownPerson], role: Role) -> int:
    return sum(each.enrolled.may(role) for each in known.values())
