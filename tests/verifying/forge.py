"""Write every genuine and forged mail and letter into a folder, for other verifiers.

    python -m tests.verifying.forge FOLDER

Names say which check refuses the file: `M07-no content_type.eml`. The root to trust
is `root.pem`; judge at the time in `judged-at.txt`. The PKI is made anew each time.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.verifying import (
    forged_answers,
    forged_besides,
    forged_cms,
    forged_forms,
    forged_mime,
    forged_pdf,
    forged_people,
    forged_shapes,
)
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail, genuine_letter, notice_json
from tests.verifying.pki import JUDGED_AT, World, world


def mails() -> Iterator[Forgery]:
    yield from forged_cms.forgeries()
    yield from forged_mime.forgeries()
    yield from forged_people.forgeries()
    yield from forged_answers.forgeries()
    yield from forged_besides.forgeries()
    yield from forged_shapes.forgeries()
    yield from forged_forms.forgeries()


def letters() -> Iterator[Forgery]:
    yield from forged_pdf.forgeries()


def write(folder: Path, made: World) -> int:
    """The number of files written."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root.pem").write_bytes(made.root.pem)
    (folder / "judged-at.txt").write_text(JUDGED_AT.isoformat() + "\n")
    letter = genuine_letter(made, made.signer, notice_json(), "B-LT")
    (folder / "genuine.pdf").write_bytes(letter)
    (folder / "genuine.eml").write_bytes(Mail(made).build())
    count = 2
    for suffix, forgeries in (("eml", mails()), ("pdf", letters())):
        for forgery in forgeries:
            name = re.sub(r"[^A-Za-z0-9 ._-]", "_", forgery.name)
            path = folder / f"{forgery.refused_by}-{name}.{suffix}"
            path.write_bytes(forgery.build(made))
            count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]), world())} files\n")
