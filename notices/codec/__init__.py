"""JSON and TOML to values and back; pydantic stays in here."""

from notices.codec.judgments import judgment_schema, read_judgment, write_judgment
from notices.codec.notices import notice_faults, notice_json, notice_schema
from notices.codec.package_data import load_calendar, load_catalogue, load_examples
from notices.codec.recipients import read_recipients
from notices.codec.reports import report_schema
from notices.codec.xarf import xarf_reports, xarf_type
from notices.rules import RecipientEntry

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
