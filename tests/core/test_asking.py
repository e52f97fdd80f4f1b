"""What stands at a path is asked in one way, which raises nothing.

`Path.exists`, `is_file`, `is_dir`, `is_symlink` and `resolve` raise for a folder that may
not be entered, a name that is too long, or links in a circle.
"""

import ast
from pathlib import Path

import pytest

from notices.errors import ConfigError
from notices.files import asking
from notices.site.doctor.examination import count_cases
from tests.shut_folders import shut

ROOT = Path(__file__).parents[2]
ASKS = {"exists", "is_file", "is_dir", "is_symlink", "resolve"}
NO_PATHS = {
    "notices/service/api/acts/document.py",  # within the package
    "notices/cli/screen/program.py",  # what the shell has found
    "notices/store/identity.py",  # a database that is open
    "notices/store/store.py",  # a database that is open
}


@pytest.fixture
def closed(tmp_path):
    """A folder with a file in it that whoever asks may not enter."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "file").write_text("x")
    with shut(folder):
        yield folder


def test_where_nobody_may_look_nothing_is_known_and_nothing_is_missing(closed):
    for ask in (asking.is_there, asking.is_file, asking.is_folder, asking.is_link):
        assert not ask(closed / "file")
    assert not asking.is_missing(closed / "file")
    assert asking.is_missing(closed.parent / "other")
    assert asking.is_missing(closed.parent / "other" / "below")


def test_judgments_that_may_not_be_read_are_not_counted_as_none(closed):
    """`0 judgments` was said of a folder that shows nothing, and one below raised."""
    for folder in (closed, closed / "cases"):
        with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
            count_cases(folder)


def test_links_in_a_circle_are_a_path_like_any_other(tmp_path):
    """`Path.resolve` raised RuntimeError: disposal, `backup` and `migrate` ended."""
    circle = tmp_path / "circle"
    circle.symlink_to("circle")
    assert asking.real_path(circle).name == "circle"


def test_nothing_asks_in_another_way():
    """19 places did."""
    found = {
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "notices").rglob("*.py")
        if str(path.relative_to(ROOT)) not in NO_PATHS
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ASKS
        and not call.args
        and not call.keywords
        and not _of_sql(path)
    }
    assert found == set()


def _of_sql(path):
    return "sqlalchemy" in path.read_text(encoding="utf-8")
