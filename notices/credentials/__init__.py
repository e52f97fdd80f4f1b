"""What only the site may know: passphrases, private files, access tokens.

Secrets come from files, descriptors or systemd, tokens from a command of the site.
None of them shows in a log, a `repr` or an error.
"""

from notices.credentials.secrets import (
    MAX_SECRET_BYTES,
    PrivateFile,
    Secret,
    read_passphrase,
    read_private_file,
    read_secret,
    refuse_exposed,
)

__all__ = [
    "MAX_SECRET_BYTES",
    "PrivateFile",
    "Secret",
    "read_passphrase",
    "read_private_file",
    "read_secret",
    "refuse_exposed",
]
