"""Tokens that count wrong PINs, and which of several tokens is meant.

The library is SoftHSM2 behind a few lines of C, which want another PIN for each
signature than for the log-in, as cards for legal signatures do, and note who asks.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from notices.errors import ConfigError
from notices.signing.keys.token_uri import read_uri
from tests.programs import require_module, require_program

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
CARD = """
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void *table[80];
static unsigned long (*really)(unsigned long, unsigned long, unsigned char *,
                               unsigned long);
static unsigned long login(unsigned long session, unsigned long who,
                           unsigned char *pin, unsigned long length) {
    if (who != 2) return really(session, who, pin, length); /* not context specific */
    FILE *told = fopen(getenv("CARD_LOG"), "a");
    fputs("asked\\n", told);
    fclose(told);
    return 0xA0; /* CKR_PIN_INCORRECT */
}
unsigned long C_GetFunctionList(void **list) {
    void *library = dlopen(getenv("CARD_LIBRARY"), RTLD_NOW), *own;
    unsigned long (*get)(void **) = dlsym(library, "C_GetFunctionList");
    unsigned long done = get(&own);
    memcpy(table, own, 69 * sizeof(void *)); /* the version, and 68 functions */
    really = table[19];
    table[19] = login;
    *list = table;
    return done;
}
"""
SIGN = """
import sys
from pathlib import Path
from notices.credentials import Secret
from notices.errors import NoticesError
from notices.signing import KeySources, load_key
given = Path("own.crt").read_bytes()
sources = KeySources(
    resolve=Path, passphrase=lambda: Secret("1234"), certificate=given
)
for uri in sys.argv[1:]:
    try:
        key = load_key(uri, sources)
        for _ in range(3):
            try:
                print(len(key.operation.sign(b"octets")) > 60)
            except NoticesError as error:
                print(error.message, "|", error.hint)
    except NoticesError as error:
        print(error.exit_code, error.message, "|", error.hint)
"""


@dataclass
class Tokens:
    """Two tokens in a folder; one has a key that wants its PIN for each signature."""

    folder: Path
    environment: dict[str, str]

    def call(self, *words: str) -> str:
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def sign(self, *uris: str) -> list[str]:
        """In a process of its own: a library is loaded once, and counts for it all."""
        return self.call(sys.executable, "-c", SIGN, *uris).splitlines()


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    require_module("pkcs11")
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "kept").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'kept'}\n")
    made = Tokens(
        folder,
        {
            **os.environ,
            "SOFTHSM2_CONF": str(folder / "softhsm2.conf"),
            "CARD_LOG": str(folder / "card.log"),
            "CARD_LIBRARY": SOFTHSM,
        },
    )
    (folder / "card.c").write_text(CARD)
    compiler = require_program("cc")
    made.call(compiler, "-shared", "-fPIC", "-o", "card.so", "card.c", "-ldl")
    openssl, manager = require_program("openssl"), require_program("softhsm2-util")
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
    made.call(openssl, "genpkey", "-algorithm", "EC", *curve, "-out", "own.key")
    wanted = ("-subj", "/CN=own", "-days", "30", "-out", "own.crt")
    made.call(openssl, "req", "-x509", "-new", "-key", "own.key", *wanted)
    made.call(openssl, "pkey", "-in", "own.key", "-outform", "DER", "-out", "own.der")
    for label in ("careful", "other"):
        pins = ("--so-pin", "4321", "--pin", "1234")
        made.call(manager, "--init-token", "--free", "--label", label, *pins)
    tool = require_program("pkcs11-tool")
    made.call(
        *(tool, "--module", SOFTHSM, "--token-label", "careful", "--login"),
        *("--pin", "1234", "--write-object", "own.der", "--type", "privkey"),
        *("--label", "own", "--id", "c1", "--usage-sign", "--always-auth"),
    )
    return made


def test_a_wrong_pin_of_a_key_is_given_once(tokens: Tokens) -> None:
    """A card locks itself at the third; each signature gave it twice."""
    card = tokens.folder / "card.so"
    told = tokens.sign(f"pkcs11:token=careful;object=own?module-path={card}")
    assert (tokens.folder / "card.log").read_text().splitlines() == ["asked"]
    assert "PinIncorrect" in told[0]
    assert "locks" in told[0]
    assert all("not asked again" in line for line in told[1:])
    assert "1234" not in "".join(told)


def test_a_slot_is_the_one_that_is_named(tokens: Tokens) -> None:
    """`slot-id` was read and passed over: another token's PIN counter went down."""
    listed = tokens.call(
        sys.executable,
        "-c",
        f"import pkcs11\nfor one in pkcs11.lib({SOFTHSM!r}).get_tokens():"
        "\n    print(one.label, one.slot.slot_id)",
    )
    named = filter(lambda one: len(one) == 2, map(str.split, listed.splitlines()))
    slots = dict(named)
    end = f"object=own?module-path={SOFTHSM}"
    told = tokens.sign(
        f"pkcs11:slot-id={slots['careful']};{end}",
        f"pkcs11:slot-id={slots['other']};{end}",
        f"pkcs11:slot-id=7;{end}",
        f"pkcs11:{end}",
    )
    assert told[:3] == ["True"] * 3
    assert "0 private keys" in told[3]
    assert "NoSuchToken" in told[4]
    assert "plugged in" in told[4]
    assert "MultipleTokensReturned" in told[5]
    assert "serial=" in told[5]


def test_of_a_uri_with_a_typing_error_no_pin_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        read_uri("pkcs11:token=a;pin-value:1234?module-path=/x")
    assert "1234" not in caught.value.diagnostics()
    with pytest.raises(ConfigError, match="no number"):
        read_uri("pkcs11:slot-id=one?module-path=/x")
