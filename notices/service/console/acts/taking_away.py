"""All that there is of a case in one file, to be read elsewhere.

It is no evidence bundle: that one is signed, and here is no key. Letters and mails in
it have their own signatures.
"""

import io
import json
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from notices.service.console.asking import ConsoleFile, ConsoleRequest
from notices.store import Store

ZIP = "application/zip"
_BEGAN = (1980, 1, 1, 0, 0, 0)
"""No time of ours: the same case gives the same file."""


def case_files(request: ConsoleRequest) -> ConsoleFile:
    """The documents of every notice, facts, the ledger's entries, their hashes."""
    case_id = request.path["case_id"]
    story = request.site.rooms.access.overview.story(case_id)
    store = request.site.parts.store
    members = {"case.json": _json(story)}
    for stored in store.find(case_id):
        members |= _of_notice(store, stored.number)
    sums = "".join(
        f"{sha256(octets).hexdigest()}  {name}\n" for name, octets in members.items()
    )
    octets = _zipped({**members, "SHA256SUMS": sums.encode()})
    return ConsoleFile(octets=octets, media_type=ZIP, name=f"{case_id}.zip")


def _of_notice(store: Store, number: str) -> dict[str, bytes]:
    files = {
        f"{number}/{name}": store.artifact(number, name)
        for name in store.artifact_names(number)
    }
    return {**files, f"{number}/events.json": _json(store.ledger.told(number))}


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    return f"{text}\n".encode()


def _zipped(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, octets in members.items():
            info = ZipInfo(name, _BEGAN)
            info.external_attr = 0o644 << 16
            archive.writestr(info, octets, ZIP_DEFLATED)
    return written.getvalue()
