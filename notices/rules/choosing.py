"""Which rung of the checked ladder is asked, and under which address."""

from collections.abc import Iterator

from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment, LadderStep, Measure, Rung
from notices.messages import Text
from notices.rules.ladder import english
from notices.rules.recipients import (
    Directory,
    RecipientEntry,
    filled,
    is_abroad,
    stands,
    unreasoned_abroad,
)
from notices.signs import is_blank


def choose(judgment: Judgment, rung: Rung | None, rung_reason: str) -> int:
    """Tell the place of the first rung that stands, or of the one that is named.

    Another rung than the first needs a reason. InvalidJudgment if it does not stand.
    """
    standing = [i for i, step in enumerate(judgment.ladder) if stands(step)]
    if rung is None and standing:
        return standing[0]
    for index in standing:
        if judgment.ladder[index].rung is rung:
            if index != standing[0] and is_blank(rung_reason):
                raise _refused(
                    judgment,
                    Text("asking {rung} needs a reason: not the first", rung=rung),
                )
            return index
    names = ", ".join(judgment.ladder[i].rung for i in standing) or "none"
    raise _refused(
        judgment,
        Text("{rung} does not stand; standing: {names}", rung=rung, names=names),
    )


def address(
    judgment: Judgment, index: int, directory: Directory, *, asks_why_abroad: bool
) -> tuple[LadderStep, RecipientEntry | None]:
    """Fill a step that stands from its directory entry, and check what came out.

    asks_why_abroad: a recipient abroad needs the reason in the judgment: form 1 of a
    category without a standing reason.
    """
    step, entry = judgment.ladder[index], None
    if step.recipient:
        entry = directory.get(step.recipient)
        if entry is None:
            raise _refused(
                judgment,
                Text(
                    "recipients.toml has no entry `{recipient}`",
                    recipient=step.recipient,
                ),
                path=f"ladder[{index}].recipient",
            )
        step = filled(step, entry)
    faults = list(english(judgment, step))
    faults += _measure(judgment, step)
    if asks_why_abroad:
        faults += unreasoned_abroad(judgment, index, step)
    if entry:
        faults += _entry(judgment, index, entry)
    if faults:
        raise InvalidJudgment(_message(judgment), faults=faults)
    return step, entry


def _entry(judgment: Judgment, index: int, entry: RecipientEntry) -> Iterator[Fault]:
    step, count = judgment.ladder[index], len(judgment.target.urls)
    if entry.role not in {None, step.rung}:
        yield Fault(
            f"ladder[{index}].recipient",
            Text(
                "`{recipient}` is a {role} in recipients.toml",
                recipient=step.recipient,
                role=entry.role,
            ),
        )
    if entry.urls_per_notice is not None and count > entry.urls_per_notice:
        yield Fault(
            "target.urls",
            Text(
                "has {count} URLs; `{recipient}` takes {urls_per_notice} "
                "in one request: split the case",
                count=count,
                recipient=step.recipient,
                urls_per_notice=entry.urls_per_notice,
            ),
        )


def _measure(judgment: Judgment, step: LadderStep) -> Iterator[Fault]:
    if judgment.measure is Measure.STOP_TRANSMISSION or is_abroad(judgment, step):
        return
    yield Fault(
        "measure",
        Text("{name} is not abroad: ask it to stop the transmission", name=step.name),
    )


def _refused(
    judgment: Judgment, message: str, *, path: str = "ladder"
) -> InvalidJudgment:
    return InvalidJudgment(_message(judgment), faults=[Fault(path, message)])


def _message(judgment: Judgment) -> str:
    return Text("no notice can be made of {case_id}", case_id=judgment.case_id)
