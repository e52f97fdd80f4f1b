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

CALLS = 5000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


@pytest.mark.torture
def test_no_answer_is_undocumented_and_none_is_our_fault(api, tmp_path):
    require_module("schemathesis")
    api.set("requests_per_minute = 600", "requests_per_minute = 100000")
    token, report = api.token(), tmp_path / "run.ndjson"
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
                *("--max-examples", "180", "--seed", "1", "--request-timeout", "60"),
                *("--continue-on-failure", "--suppress-health-check", "all"),
                *("--no-color", "--report-ndjson-path", str(report)),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]
    statuses = Counter(re.findall(r'"status_code": ?(\d+)', report.read_text("utf-8")))
    assert sum(statuses.values()) >= CALLS
    assert not [status for status in statuses if status >= "500"]
