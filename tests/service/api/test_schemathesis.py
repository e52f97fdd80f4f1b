"""An outside judge asks five thousand times what the document lets it ask.

schemathesis makes requests from the OpenAPI document, right ones and wrong ones, and
compares every answer with it.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.programs import require_module
from tests.service.api.conftest import CASE_1, CASE_2, judgment
from tests.service.api.test_once import post, served

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


def judged(api, folder, *words):
    """Ask what schemathesis asks with these words; gives how often each status came."""
    require_module("schemathesis")
    api.set("requests_per_minute = 600", "requests_per_minute = 100000")
    token, report = api.token(), folder / "run.ndjson"
    with served(api.home) as (_, port):
        for case_id in (CASE_1, CASE_2):
            body = json.dumps(judgment(case_id, source_case=case_id)).encode()
            assert post(port, token, body)[0] == 201
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run"),
                f"http://127.0.0.1:{port}/v1/openapi.json",
                *("-H", f"Authorization: Bearer {token}"),
                *("--checks", ",".join(CHECKS)),
                *("--request-timeout", "60", *words),
                *("--continue-on-failure", "--suppress-health-check", "all"),
                *("--no-color", "--report-ndjson-path", str(report)),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]
    statuses = Counter(re.findall(r'"status_code": ?(\d+)', report.read_text("utf-8")))
    assert not [status for status in statuses if status >= "500"]
    return statuses


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(1, 31))
def test_no_answer_is_undocumented_and_none_is_our_fault(api, tmp_path, seed):
    asked = ("--phases", "examples,fuzzing", "--max-examples", "6", "--seed", str(seed))
    assert judged(api, tmp_path, *asked).total() >= 50


@pytest.mark.torture
def test_what_no_draw_would_hit_is_answered_as_well(api, tmp_path):
    asked = ("--phases", "coverage,stateful", "--max-examples", "6", "--seed", "1")
    assert judged(api, tmp_path, *asked).total() >= 2000
