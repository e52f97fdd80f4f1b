"""Provisions as a letter names them, whatever the catalogue's short way of writing.

Ranges and choices as statutes write them (法制執務): 第20条から第23条まで, 第1項又は
第2項. `notice.json` keeps the catalogue's own words.
"""

import re

_RANGE = re.compile(
    "(第[0-9]+[条項号](?:の[0-9]+)*)[〜～](第[0-9]+[条項号](?:の[0-9]+)*)"
)
_OPEN_RANGE = re.compile(
    "(から第[0-9]+[条項号](?:の[0-9]+)*(?:第[0-9]+[項号](?:の[0-9]+)*)*)(?![0-9の第]|まで)"
)


def printed_article(article: str) -> str:
    """The provision in the words of a statute.

    >>> printed_article("第20条から第23条")
    '第20条から第23条まで'
    >>> printed_article("第3条の7〜第3条の9・第4条")
    '第3条の7から第3条の9まで又は第4条'
    """
    ranged = _RANGE.sub(r"\1から\2", article)
    closed = _OPEN_RANGE.sub(r"\1まで", ranged)
    *most, last = closed.split("・")
    return f"{'、'.join(most)}又は{last}" if most else last
