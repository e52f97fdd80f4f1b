"""JSON and TOML to values and back; pydantic stays in here.

Names load when they are used (PEP 562): a schema's models cost a tenth of a second.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.codec.judgment_shape import judgment_schema as judgment_schema
    from notices.codec.judgments import read_judgment as read_judgment
    from notices.codec.judgments import write_judgment as write_judgment
    from notices.codec.notice_shape import notice_faults as notice_faults
    from notices.codec.notice_shape import notice_schema as notice_schema
    from notices.codec.notices import notice_json as notice_json
    from notices.codec.package_data import load_calendar as load_calendar
    from notices.codec.package_data import load_catalogue as load_catalogue
    from notices.codec.package_data import load_examples as load_examples
    from notices.codec.recipients import read_recipients as read_recipients
    from notices.codec.reports import report_schema as report_schema
    from notices.codec.xarf import xarf_reports as xarf_reports
    from notices.codec.xarf import xarf_type as xarf_type
    from notices.rules import RecipientEntry as RecipientEntry

_ROOM = {
    "RecipientEntry": "notices.rules",
    "judgment_schema": "notices.codec.judgment_shape",
    "load_calendar": "notices.codec.package_data",
    "load_catalogue": "notices.codec.package_data",
    "load_examples": "notices.codec.package_data",
    "notice_faults": "notices.codec.notice_shape",
    "notice_json": "notices.codec.notices",
    "notice_schema": "notices.codec.notice_shape",
    "read_judgment": "notices.codec.judgments",
    "read_recipients": "notices.codec.recipients",
    "report_schema": "notices.codec.reports",
    "write_judgment": "notices.codec.judgments",
    "xarf_reports": "notices.codec.xarf",
    "xarf_type": "notices.codec.xarf",
}

__all__ = [
    "RecipientEntry",
    "judgment_schema",
    "load_calendar",
    "load_catalogue",
    "load_examples",
    "notice_faults",
    "notice_json",
    "notice_schema",
    "read_judgment",
    "read_recipients",
    "report_schema",
    "write_judgment",
    "xarf_reports",
    "xarf_type",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOM[name]), name)
