"""What the room offers is what its names say, however it was loaded."""

import subprocess
import sys
from pathlib import Path

from notices import signing

LOADED = """
import sys
from notices.site.signer import key_ring
print(sorted({"pyhanko", "aiohttp", "pikepdf"} & set(sys.modules)))
"""


def test_a_public_name_is_no_module_of_the_same_name():
    # a module that was imported would stand where the name should be
    modules = {path.stem for path in Path(signing.__file__).parent.iterdir()}
    assert modules & set(signing.__all__) == set()
    assert all(hasattr(signing, name) for name in signing.__all__)


def test_a_key_is_opened_without_what_signs_pdfs():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "[]\n"
