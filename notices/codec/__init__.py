"""JSON and TOML to values and back, and the schemas that describe them.

Names load when they are used (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.codec.calendars import read_calendar as read_calendar
    from notices.codec.judgments import read_judgment as read_judgment
    from notices.codec.judgments import write_judgment as write_judgment
    from notices.codec.notice_shape import notice_faults as notice_faults
    from notices.codec.notices import notice_json as notice_json
    from notices.codec.package_data import load_calendar as load_calendar
    from notices.codec.package_data import load_catalogue as load_catalogue
    from notices.codec.package_data import load_countries as load_countries
    from notices.codec.package_data import load_examples as load_examples
    from notices.codec.package_data import load_report_words as load_report_words
    from notices.codec.package_data import load_schema as load_schema
    from notices.codec.provision_texts import (
        read_provision_texts as read_provision_texts,
    )
    from notices.codec.recipients import read_recipients as read_recipients
    from notices.codec.xarf import xarf_reports as xarf_reports
    from notices.codec.xarf import xarf_type as xarf_type
    from notices.rules import RecipientEntry as RecipientEntry

_ROOM = {
    "RecipientEntry": "notices.rules",
    "read_calendar": "notices.codec.calendars",
    "load_calendar": "notices.codec.package_data",
    "load_catalogue": "notices.codec.package_data",
    "load_countries": "notices.codec.package_data",
    "load_examples": "notices.codec.package_data",
    "load_report_words": "notices.codec.package_data",
    "load_schema": "notices.codec.package_data",
    "notice_faults": "notices.codec.notice_shape",
    "notice_json": "notices.codec.notices",
    "read_judgment": "notices.codec.judgments",
    "read_provision_texts": "notices.codec.provision_texts",
    "read_recipients": "notices.codec.recipients",
    "write_judgment": "notices.codec.judgments",
    "xarf_reports": "notices.codec.xarf",
    "xarf_type": "notices.codec.xarf",
}

__all__ = [
    "RecipientEntry",
    "load_calendar",
    "load_catalogue",
    "load_countries",
    "load_examples",
    "load_report_words",
    "load_schema",
    "notice_faults",
    "notice_json",
    "read_calendar",
    "read_judgment",
    "read_provision_texts",
    "read_recipients",
    "write_judgment",
    "xarf_reports",
    "xarf_type",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOM[name]), name)
