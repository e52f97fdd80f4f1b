"""A worker that is killed at one named point: `crashing.py URL PORT POINT`.

Points are the n-th statement or commit of the database (`sql 7`), and each stage of
the conversation, before it is entered (`stage data`). Point `none` kills nowhere and
prints how many statements there are. With `any` it works on several deliveries at once,
to be killed by somebody else: `forked` starts such workers, and keeps what they heard.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy import event

from notices.queue.worker import WorkerSetup, work_once
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.store.store import Store


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class KilledAtStage(SmtpCourier):
    """Dies when a stage was announced and before it is entered."""

    point = ""

    async def deliver(self, envelope, message, *, on_stage, clock):
        async def on_stage_or_die(stage):
            await on_stage(stage)
            if self.point == f"stage {stage}":
                die()

        return await super().deliver(
            envelope, message, on_stage=on_stage_or_die, clock=clock
        )


def main(url, port, point, *, courier_class=KilledAtStage, is_ready=lambda: None):
    count = 0

    def step(*_):
        nonlocal count
        count += 1
        if point == f"sql {count}":
            die()

    with Store.open(url) as store:
        event.listen(store.engine, "before_cursor_execute", step)
        event.listen(store.engine, "commit", step)
        timeouts = Timeouts(connect=5, command=5, body=5, end_of_data=5, quit=0.5)
        courier = courier_class(
            Relay(
                host="127.0.0.1",
                port=int(port),
                security=Security.NONE,
                timeouts=timeouts,
            )
        )
        courier.point = point
        setup = WorkerSetup(
            store=store,
            courier=courier,
            clock=lambda: datetime.now(UTC),
            jitter=lambda: 0.0,
            patience=3.0,  # a disk that stays broken is not waited for
        )
        at_once = 4 if point == "any" else 1
        is_ready()
        asyncio.run(work_once(setup, ignore_backoff=True, concurrency=at_once))
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
