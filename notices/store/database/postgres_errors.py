"""What PostgreSQL and libpq report, in words of ours; never with a password.

A statement that failed has an SQLSTATE. A connection that failed has none, only
sentences: of the server (behind `FATAL:`, in the language of its `lc_messages`), of
libpq, or of psycopg. They are judged by their kind; what only a person can mend is
ConfigError, what may pass by itself StoreUnavailable.
"""

import re
import socket

from sqlalchemy import exc

from notices.errors import ConfigError, NoticesError, StoreUnavailable
from notices.files.network_words import LOST, NO_ANSWER, in_words_of_ours
from notices.messages import Text

# PostgreSQL, appendix A: classes and codes of SQLSTATE
_CONFIGURATION = {
    "28hba": (
        "its server lets this user not in from here",
        "let it in with a line of its pg_hba.conf; `host` and `hostssl` differ by TLS",
    ),
    "28": ("it refuses the login", "check user and password (~/.pgpass)"),
    "3D": ("there is no such database", "make it: createdb NAME"),
    "42501": (
        "this user may not do that",
        "make the user the owner of the database",
    ),
    "22023": (
        "its server does not take an option of the url",
        "correct [outbox] url",
    ),
}
_AWAY = {
    "53100": ("its disk is full", "free some space and try again"),
    "53300": ("it has too many connections", "raise max_connections, or try again"),
    "53": ("it is short of resources", "try again"),
    "57": ("it is stopping or starting", "try again"),
    "25006": ("it is read-only", "name the primary server, not a standby"),
    "58": ("its disk reports an error", "check the disk of the server"),
}
_IN_THE_WAY = ("40", "55P03")
_SAID_BY_SERVER = (
    ("28hba", r"pg_hba\.conf"),
    ("28", r"authentication failed|認証に失敗しました"),
    ("28", r"^role .* (does not exist|is not permitted)"),
    ("28", r"^ロール.*(存在しません|許可されません)"),
    ("3D", r"^database .* does not exist|^データベース.*存在しません"),
    ("42501", r"^permission denied for|^must be|アクセスが拒否されました|^walsender"),
    ("53300", r"too many|connection slots|多すぎます|接続スロット"),
    ("22023", r"parameter|command-line|requires a value"),
    ("22023", r"パラメータ|コマンドライン|値[がは]必要"),
    ("57", r"^the database system is|not currently accepting|^terminating"),
    ("57", r"^データベースシステム|接続を(受け付け|終了)"),
)
"""Sentences behind FATAL, in English and Japanese, and the SQLSTATE that they had."""

_LOST = Text(LOST)
_PASSING = (
    (r"server closed|connection is (closed|lost)|connection was lost", _LOST),
    (r"terminating connection|SSL connection has been closed", _LOST),
    (r"Connection reset", _LOST),
    (r"Connection refused", Text("Connection refused")),
    (r"No such file or directory\s+Is the", Text("no server runs at this socket")),
    (r"Permission denied\s+Is the", Text("Permission denied")),
    (r"timeout expired|timed out", Text(NO_ANSWER)),
    (r"No route to host", Text("No route to host")),
    (r"Network is unreachable", Text("Network is unreachable")),
    (
        r"hot standby mode|session is (not )?read-only",
        Text("the server is not of the kind that target_session_attrs wants"),
    ),
)
"""What libpq says of a server that is away, and may come back."""
_MISTAKEN = (
    (
        r"root certificate",
        Text("the file of trusted roots is not there, or cannot be read"),
    ),
    (
        r"certificate file|private key file",
        Text("certificate or key of the client cannot be used"),
    ),
    (r"certificate verify failed", Text("certificate refused")),
    (
        r"server certificate for|[nN]ame.* does not match|host name",
        Text("the certificate is of another host"),
    ),
    (r"does not support SSL", Text("the server offers no TLS")),
    (r"invalid port|port number", Text("the port is not one")),
    (r"socket path .* too long", Text("the path of the socket is too long")),
    (
        r"required|requirement|requirepeer",
        Text("the server does not do what an option of the url wants"),
    ),
)
"""What libpq says where an url does not fit its server."""
_NO_LOGIN = "no password supplied"
_NOT_BEGUN = "connection is bad: "
"""psycopg, before what libpq said without having sent anything."""
_TO_SERVER = "connection to server"
_NAMED_OPTION = re.compile(
    r'connection option "(?P<a>[a-z_]+)"|invalid "?(?P<b>[a-z_]+)"? value: "'
    r"|bad value for (?P<e>[a-z_]+)|weak (?P<c>[a-z]+) |definition of (?P<d>service) "
)
_LOOKUP = re.compile(r"failed to resolve host .*?\[Errno (-?\d+)\]", re.DOTALL)
_FAILED = Text("the connection to its server failed")
_HINT_AWAY = (
    "check that the server runs, can be reached, and lets this user in (~/.pgpass)"
)


class InTheWay(StoreUnavailable):
    """Somebody else holds one of the rows; the database itself is there."""


def our_error(
    error: exc.DBAPIError, database: str, *, has_served: bool
) -> NoticesError:
    """Say what the database reports in words of ours.

    has_served: true if this url has led to the database before. What is wrong with
    the connection now is then nothing that was mistyped, and may pass.
    """
    said = str(error.orig)
    state = getattr(error.orig, "sqlstate", None) or _state_of_words(said)
    if state.startswith(_IN_THE_WAY):
        return InTheWay(_told(database, "another process holds it"), hint="try again")
    for kind, table in ((ConfigError, _CONFIGURATION), (StoreUnavailable, _AWAY)):
        for prefix, (reason, hint) in table.items():
            if state.startswith(prefix):
                return kind(_told(database, reason), hint=hint)
    if state:
        unknown = Text("the server answers SQLSTATE {state}", state=state)
        return StoreUnavailable(_told(database, unknown), hint=_HINT_AWAY)
    return _of_connection(said, database, has_served=has_served)


def _told(database: str, reason: str) -> Text:
    return Text(
        "the outbox {database} cannot be used: {reason}",
        database=database,
        reason=reason,
    )


def _of_connection(said: str, database: str, *, has_served: bool) -> NoticesError:
    """Why there is no connection, by kind: libpq's sentences change with versions."""
    passing = _first_of(_PASSING, said) or _unresolved(said, passing=True)
    if passing:
        return StoreUnavailable(_told(database, passing), hint=_HINT_AWAY)
    mistaken = (
        _unresolved(said, passing=False) or _first_of(_MISTAKEN, said) or _option(said)
    )
    if mistaken and not has_served:
        return ConfigError(_told(database, mistaken), hint="correct [outbox] url")
    return StoreUnavailable(_told(database, mistaken or _FAILED), hint=_HINT_AWAY)


def _first_of(table: tuple[tuple[str, Text], ...], said: str) -> Text | None:
    return next((words for part, words in table if re.search(part, said)), None)


def _unresolved(said: str, *, passing: bool) -> str | None:
    """Why psycopg found no host; a name server that is silent may answer later."""
    if not (found := _LOOKUP.search(said)):
        return None
    code = int(found[1])
    is_unknown = in_words_of_ours(socket.gaierror(socket.EAI_NONAME, ""))
    words = in_words_of_ours(socket.gaierror(code, ""))
    return words if passing is not (words == is_unknown) else None


def _option(said: str) -> Text | None:
    """Which option of the url libpq refused before it sent anything."""
    is_refused = said.startswith(_NOT_BEGUN) and _TO_SERVER not in said
    if found := _NAMED_OPTION.search(said):
        name = next(filter(None, found.groups()))
        return Text("the url's option {name} has no value that can be used", name=name)
    if is_refused and "no error details" not in said:
        return Text("the url has an option that cannot be used")
    return None


def _state_of_words(said: str) -> str:
    """A refused connection has no SQLSTATE here, only the server's FATAL line."""
    _, fatal, told = said.partition("FATAL:  ")
    if not fatal:
        return "28" if _NO_LOGIN in said else ""
    return next((state for state, part in _SAID_BY_SERVER if re.search(part, told)), "")
