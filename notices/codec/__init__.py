"""JSON and TOML to values and back; pydantic stays in here."""

from notices.codec.judgments import judgment_schema, read_judgment, write_judgment
from notices.codec.package_data import load_catalogue, load_examples

__all__ = [
    "judgment_schema",
    "load_catalogue",
    "load_examples",
    "read_judgment",
    "write_judgment",
]
