"""What a process that verifies loads before its first file."""

import subprocess
import sys

NEEDED_BY_FEW = {"asyncio", "pyhanko_certvalidator", "notices.casework"}
"""For policies of a path, and for days of approvals: neither is asked of most files."""
_TELL = "import sys, notices.verifying.process.worker_process; print(*sys.modules)"


def test_a_limited_process_loads_nothing_that_few_files_need():
    """It loaded what judges policies that no path had: two fifths of its start."""
    told = subprocess.run(
        [sys.executable, "-c", _TELL], check=True, capture_output=True, text=True
    )
    assert not NEEDED_BY_FEW & set(told.stdout.split())
