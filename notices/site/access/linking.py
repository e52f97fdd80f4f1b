"""Links with which people make their passkeys, and what comes of them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from notices.approval import Role
from notices.errors import InputError, RefusedError
from notices.grammar import person_fault
from notices.messages import Text
from notices.site.approval.people_desk import Candidate, PeopleDesk, require_name
from notices.store.console import PasskeyLink, StoredLinks

LINK_HOLDS = timedelta(hours=24)
"""For how long a link may be used."""
_OCTETS = 32
_MOST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class LinkDesk:
    """Gives links, and takes the passkeys that were made with them."""

    links: StoredLinks
    """Those of the database."""
    people: PeopleDesk
    """Who is enrolled."""
    by: str
    """Who acts, as the ledger tells it."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def make(
        self, person: str, name: str, roles: Collection[Role]
    ) -> tuple[PasskeyLink, str]:
        """Make a link for a person; gives it and its secret, which is kept nowhere.

        InputError for what can be no person, or a first one who is no administrator:
        links for others may be given once there is one for an administrator.
        """
        if fault := person_fault(person):
            raise InputError(Text("{person}: {fault}", person=person, fault=fault))
        if not name.strip():
            raise InputError("a passkey bears no name", hint="--name NAME")
        # what nobody could be enrolled by is told now, not once the passkey is made
        require_name(name.strip(), longest=_MOST_NAME)
        if Role.ADMINISTRATOR not in roles and not self._has_administrator():
            raise InputError(
                "the first person must be an administrator",
                hint="--role administrator, and another role if wanted",
            )
        secret, now = token_urlsafe(_OCTETS), self.clock()
        link = PasskeyLink(
            sha256=_hash(secret),
            person=person,
            name=name.strip(),
            roles=tuple(sorted(set(map(str, roles)))),
            created_at=now,
            created_by=self.by,
            expires_at=now + LINK_HOLDS,
        )
        self.links.add(link)
        return link, secret

    def open(self, secret: str) -> PasskeyLink:
        """The link of a secret; RefusedError if it is none, used, or too old."""
        link = self.links.find(_hash(secret))
        if link is None or not link.is_open(self.clock()):
            raise RefusedError(
                "this link is good no more, or never was",
                hint="ask for a new one: notices people link PERSON --name NAME "
                "--role ROLE",
            )
        if Role.ADMINISTRATOR not in link.roles and not self.people.known():
            raise RefusedError(
                "the first administrator has not made his passkey yet",
                hint="open this link again once he has; it was not used up",
            )
        return link

    def _has_administrator(self) -> bool:
        """Whether somebody is enrolled, or an administrator's link is out."""
        if self.people.known():
            return True
        out = self.links.open(self.clock())
        return any(Role.ADMINISTRATOR in link.roles for link in out)

    def use(self, link: PasskeyLink, public_key: bytes, credential_id: bytes) -> None:
        """Note the passkey that was made; RefusedError if the link was used."""
        candidate(link, public_key, credential_id)
        now = self.clock()
        if not self.links.use(link.sha256, public_key, credential_id, now=now):
            raise RefusedError("this link was used just now")

    def waiting(self) -> list[PasskeyLink]:
        """Passkeys that were made, and that no administrator has enrolled yet."""
        known = self.people.known()
        keys = {each.enrolled.key_sha256 for each in known.values()}
        return [
            link
            for link in self.links.used()
            if sha256(link.public_key).hexdigest() not in keys
        ]


def candidate(link: PasskeyLink, public_key: bytes, credential_id: bytes) -> Candidate:
    """Whom an administrator enrols by a link; InputError for a key not used here."""
    from notices.site.approval.certificates import passkey_candidate  # noqa: PLC0415 - loads what signs

    if not credential_id:
        raise InputError("the browser gave no id of the passkey")
    made = passkey_candidate(
        link.person,
        link.name,
        tuple(map(Role, link.roles)),
        public_key,
        credential_id.hex(),
    )
    if made.key.public_key != public_key:
        raise InputError("the passkey's key is written in another way")
    return made


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
