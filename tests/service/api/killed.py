"""A process of the API that is killed within `POST /v1/notices`: `killed.py HOME TOKEN N`.

It dies before the n-th statement or commit of the database since the request came; with
0 nowhere, and prints how many there are.
"""

import json
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from notices.service.api.app import ApiSettings, make_app
from tests.service.api.conftest import JSON, judgment

KEY = '"killed-1"'
COUNT = {"all": 0, "die_at": -1}


def step(*_: object) -> None:
    COUNT["all"] += 1
    if COUNT["all"] == COUNT["die_at"]:
        os.kill(os.getpid(), signal.SIGKILL)


def main(home: str, token: str, number: str) -> None:
    app = make_app(ApiSettings(site_path=Path(home)))
    fields = {"Authorization": f"Bearer {token}", **JSON, "Idempotency-Key": KEY}
    with TestClient(app, headers=fields) as client:
        client.get("/v1/due")  # the database is open, and as new as it can be
        event.listen(Engine, "before_cursor_execute", step)
        event.listen(Engine, "commit", step)
        COUNT["die_at"] = int(number)
        body = json.dumps(judgment()).encode()
        response = client.post("/v1/notices", content=body)
    sys.stdout.write(
        f"{response.status_code} {response.json()['number']} {COUNT['all']}\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
