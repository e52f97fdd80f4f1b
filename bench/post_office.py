"""django-post-office beside us: the same mails from queued to 250, in mails per second.

    python bench/post_office.py PORT COUNT [--processes 1] [--threads 5]
                                [--user NAME --password WORD]

Needs `pip install django-post_office` in the Python that runs it, and nothing of ours.
Its own ways as they come: mails by `mail.send`, a transaction for each, into a SQLite
file; then `send_queued_mail_until_done`, which is what its command `send_queued_mail`
runs, with a connection kept by each thread. It marks a batch of mails as sent after the
batch: what a crash leaves in between is sent again. With a user: STARTTLS and AUTH; the
root goes into SSL_CERT_FILE.
"""

import argparse
import base64
import json
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

del sys.path[0]  # this folder, in which this very file has the name of the package

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

TEXT = base64.encodebytes(random.Random(0).randbytes(73_000)).decode()  # noqa: S311


def configure(folder, chosen):
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "mail.sqlite"),
                "OPTIONS": {"timeout": 60},
            }
        },
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=chosen.port,
        EMAIL_USE_TLS=bool(chosen.user),
        EMAIL_HOST_USER=chosen.user,
        EMAIL_HOST_PASSWORD=chosen.password,
        POST_OFFICE={"THREADS_PER_PROCESS": chosen.threads},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    call_command("migrate", verbosity=0)


def measure(folder, chosen):
    """Stored per second, sent per second."""
    from post_office import mail  # noqa: PLC0415 - needs the settings
    from post_office.models import STATUS, Email  # noqa: PLC0415

    started = time.perf_counter()
    for _ in range(chosen.count):
        mail.send(
            "abuse@provider.test",
            "request@hotline.test",
            subject="bench",
            message=TEXT,
        )
    stored = chosen.count / (time.perf_counter() - started)
    started = time.perf_counter()
    mail.send_queued_mail_until_done(
        lockfile=str(folder / "lock"), processes=chosen.processes
    )
    spent = time.perf_counter() - started
    sent = Email.objects.filter(status=STATUS.sent).count()
    assert sent == chosen.count, f"{sent} of {chosen.count} were sent"
    return {"stored": stored, "sent": chosen.count / spent}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=5)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder), chosen)
        json.dump(measure(Path(folder), chosen), sys.stdout)


if __name__ == "__main__":
    main()
