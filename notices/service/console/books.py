"""Who is logged in, and which challenges are out: in memory, of one process.

When it ends everybody logs in again; nothing of it can be stolen from a backup.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes, token_urlsafe
from threading import Lock

from notices.service.guard.session import ConsoleSession, session_key

LOGIN_PREFIX = b"notices/login/v1\n"
"""Before what is hashed to a challenge: never an approval's or an enrolment's."""
CHALLENGE_HOLDS = timedelta(minutes=5)
_MOST = 10_000
_OCTETS = 32


class ConsoleBooks:
    """Sessions by the hash of their secret, and challenges for one use."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, ConsoleSession] = OrderedDict()
        self._challenges: OrderedDict[bytes, datetime] = OrderedDict()
        self._lock = Lock()

    def begin(self, person: str, key_sha256: str, now: datetime) -> str:
        """Begin a session; gives its secret, always a new one."""
        secret = token_urlsafe(_OCTETS)
        made = ConsoleSession(person=person, key_sha256=key_sha256, began=now, seen=now)
        with self._lock:
            self._sessions[session_key(secret)] = made
            while len(self._sessions) > _MOST:
                self._sessions.popitem(last=False)
        return secret

    def session(self, secret: str, now: datetime) -> ConsoleSession | None:
        """The session of a secret, which lives on by it; None: there is none."""
        key = session_key(secret)
        with self._lock:
            found = self._sessions.pop(key, None)
            if found is None or not found.is_live(now):
                return None
            self._sessions[key] = found.touched(now)
        return found

    def end(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(session_key(secret), None)

    def challenge(self, now: datetime) -> bytes:
        """A new challenge for a login."""
        made = sha256(LOGIN_PREFIX + token_bytes(_OCTETS)).digest()
        with self._lock:
            self._challenges[made] = now
            while len(self._challenges) > _MOST:
                self._challenges.popitem(last=False)
        return made

    def redeem(self, challenge: bytes, now: datetime) -> bool:
        """Whether this challenge is out, and not for too long; then it is no more."""
        with self._lock:
            made = self._challenges.pop(challenge, None)
        return made is not None and now - made < CHALLENGE_HOLDS
