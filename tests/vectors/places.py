"""Where the vectors lie."""

from pathlib import Path

HERE = Path(__file__).parent
V1, V2 = HERE / "v1", HERE / "v2"
PAGE = HERE.parents[1] / "docs" / "formats.md"
