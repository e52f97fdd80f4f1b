"""Which tests of SQLite run on PostgreSQL as well, judged by what they do."""

import inspect
import re

from tests.store.postgres import test_laws

_INTO_THE_FILE = re.compile(r"\b(?:raw|overwrite|sqlite3\.connect)\(")


def test_no_law_looks_into_the_file_of_sqlite():
    """Two new tests did, and only the long suite on PostgreSQL told."""
    laws = {name: law for name, law in vars(test_laws).items() if "test_" in name[:5]}
    assert len(laws) > 40
    found = [
        name
        for name, law in laws.items()
        if inspect.isfunction(law) and _INTO_THE_FILE.search(inspect.getsource(law))
    ]
    assert found == []
