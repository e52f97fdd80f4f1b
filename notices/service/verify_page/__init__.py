"""The page on which anyone checks a file: no account, no key, no database.

    from notices.service.verify_page import make_app, page_of
    app = make_app(page_of(config, now=now))

Files live in memory until their answer is written. They are parsed in a process with
limits, never in this one.
"""

from notices.service.verify_page.app import make_app
from notices.service.verify_page.configured import page_of
from notices.service.verify_page.settings import VerifyPage

__all__ = ["VerifyPage", "make_app", "page_of"]
