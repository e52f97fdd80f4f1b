"""Who acts, as the ledger tells it: the system user of the command or the service."""

import getpass
import os
import re

_ODD = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 40


def system_user() -> str:
    """Give `user:` and the login name; where there is none, the number of the user.

    Characters that no name in the ledger has are written as `_`.
    """
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no entry in the user database, as in containers
        name = f"uid-{os.getuid()}"
    plain = _ODD.sub("_", name).lstrip("._-")[:_LONGEST]
    return f"user:{plain or f'uid-{os.getuid()}'}"
