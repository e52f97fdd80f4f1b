"""The layout language: lines that begin with @ say how the next lines stand."""

from dataclasses import dataclass, field

from notices.letters.model import Para, Part, Passage, Row, Style, Table
from notices.letters.template.filling import Filled
from notices.messages import Text

STYLES = {
    "右": Style.RIGHT,
    "差出人": Style.SENDER,
    "左": Style.LEFT,
    "中央": Style.CENTER,
    "表題": Style.TITLE,
    "本文": Style.BODY,
    "注": Style.NOTE,
}
_ENGLISH = {
    "right": "右",
    "sender": "差出人",
    "left": "左",
    "center": "中央",
    "title": "表題",
    "body": "本文",
    "note": "注",
    "table": "表",
    "group": "区分",
    "row": "行",
    "endtable": "表終",
    "subject": "件名",
}
LETTER_DIRECTIVES = frozenset({*STYLES, "表", "区分", "行", "表終"})
MAIL_DIRECTIVES = frozenset({"件名", "本文"})
MAX_HEADING = 100
"""Characters of a heading: it stands in a narrow column, and on one page."""
_WITH_HEADING = frozenset({"区分", "行"})


def directive(line: str) -> tuple[str, str] | None:
    """Japanese name and argument of a directive line; None for wording."""
    stripped = line.strip()
    if not stripped.startswith("@"):
        return None
    name, *rest = stripped[1:].replace("\u3000", " ").split(" ", 1)
    return _ENGLISH.get(name, name), (rest[0].strip() if rest else "")


@dataclass(slots=True)
class _Reader:
    """Builds the blocks of a part, line by line."""

    filled: Filled
    blocks: list[Passage | Table] = field(default_factory=list)
    style: Style = Style.LEFT
    paras: list[Para] = field(default_factory=list)
    rows: list[Row] | None = None
    group: str = ""
    label: str | None = None

    def read(self, number: int, line: str) -> None:
        command = directive(line)
        if command is not None:
            self.flush(number)
            self.obey(number, *command)
        elif line.strip():
            if self.rows is not None and self.label is None:
                raise self.filled.fault(number, "wording in a table stands below @行")
            self.paras.extend(self.filled.paras(line.strip()))

    def obey(self, number: int, name: str, heading: str) -> None:
        if name not in LETTER_DIRECTIVES:
            known = "、".join(f"@{name}" for name in sorted(LETTER_DIRECTIVES))
            raise self.filled.fault(
                number,
                Text("@{name} is no directive; known: {known}", name=name, known=known),
            )
        if bool(heading) != (name in _WITH_HEADING):
            verb = "needs" if name in _WITH_HEADING else "takes no"
            raise self.filled.fault(
                number, Text("@{name} {verb} text behind it", name=name, verb=verb)
            )
        if name in STYLES:
            self.begin_passage(number, name)
        elif name == "表":
            self.begin_table(number)
        else:
            self.within_table(number, name, self.filled.plain(heading))

    def begin_passage(self, number: int, name: str) -> None:
        if self.rows is not None:
            raise self.filled.fault(
                number, Text("@{name} inside a table; close it with @表終", name=name)
            )
        self.style = STYLES[name]

    def begin_table(self, number: int) -> None:
        if self.rows is not None:
            raise self.filled.fault(number, "@表 inside a table; close it with @表終")
        self.rows, self.group, self.label = [], "", None

    def within_table(self, number: int, name: str, heading: str) -> None:
        if len(heading) > MAX_HEADING:
            raise self.filled.fault(
                number,
                Text(
                    "a heading has at most {max_heading} characters",
                    max_heading=MAX_HEADING,
                ),
            )
        if self.rows is None:
            raise self.filled.fault(
                number, Text("@{name} outside a table; open it with @表", name=name)
            )
        if name == "表終":
            self.blocks.append(Table(tuple(self.rows)))
            self.rows, self.style = None, Style.LEFT
        elif name == "区分":
            self.group, self.label = heading, None
        else:
            self.label = heading

    def flush(self, number: int) -> None:
        """Close the passage or row that was being read."""
        paras, self.paras = tuple(self.paras), []
        if self.rows is None:
            if paras:
                self.blocks.append(Passage(self.style, paras))
        elif self.label is not None:
            if not paras:
                raise self.filled.fault(
                    number, Text("nothing stands in the row {label}", label=self.label)
                )
            self.rows.append(Row(self.group, self.label, paras))
            self.label = None


def read_part(filled: Filled, language: str) -> Part:
    """The part that a filled template describes; InvalidTemplate with the line."""
    reader, number = _Reader(filled), 0
    for number, line in filled.lines():
        reader.read(number, line)
    reader.flush(number)
    if reader.rows is not None:
        raise filled.fault(number, "the table is not closed; write @表終")
    return Part(language, tuple(reader.blocks))


def read_mail(filled: Filled) -> tuple[str, str]:
    """Subject and body of a mail template; blank lines of the body are kept."""
    sections: dict[str, list[str]] = {}
    begun: dict[str, int] = {}
    current: list[str] | None = None
    for number, line in filled.lines():
        command = directive(line)
        if command is not None:
            if command[0] not in MAIL_DIRECTIVES:
                raise filled.fault(
                    number,
                    Text(
                        "@{command} is no directive of a mail; known: @件名, @本文",
                        command=command[0],
                    ),
                )
            if command[0] in sections:
                raise filled.fault(
                    number, Text("@{command} stands there twice", command=command[0])
                )
            current = sections[command[0]] = []
            begun[command[0]] = number
        elif current is not None:
            current.extend(filled.mail_lines(line.rstrip()))
        elif line.strip():
            raise filled.fault(number, "a mail begins with @件名")
    subjects = [line.strip() for line in sections.get("件名", ()) if line.strip()]
    if len(subjects) > 1:
        raise filled.fault(
            begun["件名"],
            Text("the subject is one line, not {count}", count=len(subjects)),
        )
    subject = "".join(subjects)
    body = "\n".join(sections.get("本文", ())).strip("\n")
    if not subject or not body:
        raise filled.fault(0, "a mail needs @件名 and @本文, each with text")
    return subject, body + "\n"
