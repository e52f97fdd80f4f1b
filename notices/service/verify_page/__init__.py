"""The page on which anyone checks a file: no account, no key, no database.

    from notices.service.verify_page import VerifyPage, make_app
    app = make_app(VerifyPage(trust=(root,), center="...", phone="..."))

Files live in memory until their answer is written. They are parsed in a process with
limits, never in this one.
"""

from notices.service.verify_page.app import make_app
from notices.service.verify_page.settings import VerifyPage

__all__ = ["VerifyPage", "make_app"]
