"""What `notices preview` loads: legal staff wait for it at every edit."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from notices.site.starting import start_site


@pytest.mark.parametrize("what", ["form1", "IHC-2026-004219"])
def test_a_preview_loads_no_database_and_nothing_that_signs(
    what: str, tmp_path: Path
) -> None:
    """Half of a cold start was SQLAlchemy, pyHanko and an HTTP client.

    For a case the database was opened, which a file of the folder need not know.
    """
    start_site(tmp_path / "site")
    words = (
        "import sys\n"
        "from notices.cli import run\n"
        "code = run()\n"
        "print({name.partition('.')[0] for name in sys.modules})\n"
        "sys.exit(code)\n"
    )
    command = [sys.executable, "-c", words, "preview", what]
    done = subprocess.run(
        [*command, "--site", str(tmp_path / "site"), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = ast.literal_eval(done.stdout.splitlines()[-1])
    assert "jinja2" in loaded
    assert not loaded & {"aiohttp", "alembic", "pikepdf", "pyhanko", "sqlalchemy"}
