"""`notices.toml`: what a site is, as frozen values.

Unknown keys, wrong types and missing keys are faults with file and line, all at
once. Paths in the file are relative to it.
"""

from notices.config.numbering import number_text, pattern_of_tests
from notices.config.reading import FILE_NAME, load_config, parse_config
from notices.config.sections import (
    SECTIONS,
    Config,
    LedgerSection,
    WitnessEntry,
)
from notices.config.signing_sections import KeyEntry
from notices.config.worker import metrics_address, quiet_hours

__all__ = [
    "FILE_NAME",
    "SECTIONS",
    "Config",
    "KeyEntry",
    "LedgerSection",
    "WitnessEntry",
    "load_config",
    "metrics_address",
    "number_text",
    "parse_config",
    "pattern_of_tests",
    "quiet_hours",
]
