"""A second person accepts changes of the templates: recorded beside them."""

from datetime import datetime
from pathlib import Path

from notices.errors import InvalidTemplate, RefusedError
from notices.files import safe_write
from notices.judgment import JST
from notices.letters import Templates, check_templates
from notices.letters.template.checks.acceptance import (
    ACCEPTED_NAME,
    Acceptance,
    accept,
    write_accepted,
)
from notices.messages import Text
from notices.site.acting import system_user


def accept_templates(
    templates: Templates,
    folder: Path | None,
    *,
    edited_by: str,
    accepted_by: str,
    now: datetime,
) -> tuple[Acceptance, ...]:
    """Record what waits; InvalidTemplate for what the check refuses.

    folder: the site's own templates. RefusedError without one.
    """
    if folder is None:
        raise RefusedError(
            "the site has no template folder of its own",
            hint="name one in notices.toml, [forms] templates",
        )
    if faults := check_templates(templates):
        raise InvalidTemplate(
            Text("the templates have {count} faults", count=len(faults)),
            faults=faults,
            hint="mend them; then let them be accepted",
        )
    names = {one.path for one in templates.waiting}
    files = {
        name: octets
        for name, octets in templates.for_second_person.items()
        if name in names
    }
    made = accept(
        files,
        edited_by=edited_by,
        accepted_by=accepted_by,
        user=system_user(),
        at=now.astimezone(JST).isoformat(timespec="seconds"),
    )
    if made:
        text = write_accepted((*templates.accepted, *made))
        safe_write(folder / ACCEPTED_NAME, text.encode(), replaces=lambda _: True)
    return made
