"""Many requests to one web form: written at once, recorded line by line."""

import csv
import io
import json

import pytest
from sqlalchemy import event, update

from notices import Site
from notices.errors import InputError
from notices.rules import FormField, RecipientEntry
from notices.site.web_forms import fields
from notices.site.web_forms.handover import Request, as_csv
from notices.site.web_forms.references import moment, read_references
from notices.store.database.engine import writing
from notices.store.database.schema import artifacts
from tests.site.conftest import CASE_1
from tests.site.manual.conftest import FORM_URL

FIELDS = """
[[form-only.fields]]
name = "受付番号"
value = "number"

[[form-only.fields]]
name = "URL"
value = "urls"
max_length = {urls}

[[form-only.fields]]
name = "違反の理由"
value = "reason"
max_length = {reason}
"""


@pytest.fixture
def mapped(desk, addressed):
    """Gives the form its fields, with limits."""
    path = desk.home / "recipients.toml"
    before, after = path.read_text("utf-8").split("\n[by-others]")

    def limits(urls=2000, reason=2000):
        fields = FIELDS.format(urls=urls, reason=reason)
        path.write_text(f"{before}{fields}\n[by-others]{after}", "utf-8")

    limits()
    return limits


@pytest.fixture
def three(desk, received, addressed, mapped):
    """Three cases that wait for the form, and one for another system."""
    cases = [addressed("form-only", f"W-2026-{each}") for each in (1, 2, 3)]
    for case_id in (*cases, addressed("by-others", "W-2026-9")):
        assert desk.run("send", case_id)[0] == 75
    return cases


def rows_of(out):
    return list(csv.DictReader(io.StringIO(out, newline="")))


def states(desk):
    return {row["case_id"]: row["state"] for row in desk.json("list")[1]}


def write(desk, text, name="references.csv", encoding="utf-8"):
    path = desk.home / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_however_many_wait_the_database_is_asked_once(desk, three):
    """Each number was two questions: 9,234 requests a year go by forms."""
    asked = []
    with Site.open(desk.home) as site:
        event.listen(
            site.parts.store.engine,
            "before_cursor_execute",
            lambda _c, _k, statement, *_: asked.append(statement),
        )
        assert len(site.rooms.bulk.waiting("form-only")) == 3
    assert len([each for each in asked if each.startswith("SELECT")]) == 1, asked


def test_what_was_changed_in_the_database_is_not_handed_over(desk, three):
    with Site.open(desk.home) as site, writing(site.parts.store.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER artifacts_update")
        wrong = update(artifacts).where(artifacts.c.name == "submission.json")
        connection.execute(wrong.values(content=b"{}"))
    code, out, err = desk.run("handover", "form-only")
    assert (code, "submission.json of notice" in out + err) == (70, True), out + err


def test_what_waits_is_written_one_line_a_request(desk, three):
    code, out, err = desk.run("handover", "form-only")
    rows = rows_of(out)
    assert (code, [row["case_id"] for row in rows]) == (0, three)
    assert list(rows[0]) == [
        *("case_id", "number", "受付番号", "URL", "違反の理由", "reference")
    ]
    judgment = json.loads((desk.home / "cases" / f"{three[0]}.json").read_text("utf-8"))
    assert rows[0]["URL"] == "\n".join(judgment["target"]["urls"])
    assert rows[0]["違反の理由"] == judgment["reason"]
    assert rows[0]["受付番号"] == rows[0]["number"]
    assert "3 of 3" in err
    code, out, err = desk.run("handover", "form-only", "--limit", "2")
    assert (code, [row["case_id"] for row in rows_of(out)]) == (0, three[:2])
    assert "2 of 3" in err
    assert set(states(desk).values()) == {"held"}, "writing records nothing"


def test_into_a_new_file_it_is_what_a_spreadsheet_opens(desk, three):
    path = desk.home / "handover.csv"
    assert desk.run("handover", "form-only", "--out", str(path))[:2] == (0, "")
    octets = path.read_bytes()
    assert octets.startswith(b"\xef\xbb\xbfcase_id,")
    assert (
        octets.removeprefix(b"\xef\xbb\xbf").decode()
        == (desk.run("handover", "form-only")[1])
    )
    code, _, err = desk.run("handover", "form-only", "--out", str(path))
    assert (code, "there already" in err or "name" in err) == (69, True)
    path = desk.home / "handover.json"
    desk.run("handover", "form-only", "--format", "json", "--out", str(path))
    assert len(json.loads(path.read_text("utf-8"))) == 3


def test_as_json_it_has_what_the_columns_have(desk, three):
    code, rows = desk.json("handover", "form-only")
    assert (code, [row["case_id"] for row in rows]) == (0, three)
    assert list(rows[0]["fields"]) == ["受付番号", "URL", "違反の理由"]
    assert rows[0]["faults"] == []
    out = desk.run("handover", "form-only", "--format", "json")[1]
    assert json.loads(out) == rows


def test_without_a_map_all_that_there_is_to_copy_is_written(desk, received, addressed):
    case_id = addressed("form-only", "W-2026-1")
    desk.run("send", case_id)
    [row] = rows_of(desk.run("handover", "form-only")[1])
    assert row["case_id"] == case_id
    assert row["content"]
    assert row["reply_to"]


def test_the_file_comes_back_with_references(desk, three):
    """Some of the lines are done: the others wait on."""
    rows = rows_of(desk.run("handover", "form-only")[1])
    rows[0]["reference"], rows[2]["reference"] = "T-1", "T-3"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    code, told = desk.json("submitted", "--file", write(desk, text.getvalue()))
    assert (code, [row["state"] for row in told]) == (0, ["sent", "sent"])
    assert "T-1" in told[0]["note"]
    assert [states(desk)[each] for each in three] == ["sent", "held", "sent"]
    assert [
        row["case_id"] for row in rows_of(desk.run("handover", "form-only")[1])
    ] == [three[1]]


def test_a_line_that_is_refused_holds_up_no_other(desk, three):
    desk.run("send", CASE_1)
    numbers = {row["case_id"]: row["number"] for row in desk.json("list")[1]}
    lines = [
        "number,reference,at",
        f"{numbers[three[0]]},T-1,",
        f"{numbers[three[0]]},T-1 again,",
        "R8-1-999999,T-9,",
        f"{numbers[CASE_1]},T-5,",
        f"{numbers[three[1]]},T-2,noon",
        f"{numbers[three[1]]},T-2,2999-01-01T00:00",
        f"{numbers[three[1]]},a\x01b,",
        ",T-7,",
        f"{numbers[three[1]]},T-8,,,",
        f"{numbers[three[2]]},T-3,",
    ]
    path = write(desk, "\r\n".join(lines))
    code, rows = desk.json("submitted", "--file", path)
    assert code == 65
    done = {row["line"] for row in rows if "error" not in row}
    assert done == {2, 11}
    assert [row["line"] for row in rows] == list(range(2, 12))
    assert [states(desk)[each] for each in three] == ["sent", "held", "sent"]
    told = {row["line"]: (row["case_id"], row["number"]) for row in rows}
    assert told[3] == (three[0], numbers[three[0]]), "the number is no case"
    assert told[4] == ("", "R8-1-999999")
    _, out, err = desk.run("submitted", "--file", path)
    assert out == ""
    assert "line 4: there is no notice R8-1-999999" in err


def test_what_is_told_of_a_line_names_no_option(desk, three):
    """The hint of a reference that is too long was `--reference TEXT`: nobody typed it."""
    lines = ["case_id,reference", f"{three[0]},{'T' * 301}", f"{three[1]},a\x01b"]
    code, rows = desk.json("submitted", "--file", write(desk, "\r\n".join(lines)))
    assert code == 65
    for row in rows:
        assert "the reference" in row["error"]["message"]
        assert "in one line" in row["error"]["hint"]
        assert "--" not in row["error"]["hint"]


def test_a_file_without_references_is_told(desk, three):
    path = write(desk, f"case_id,reference\r\n{three[0]},\r\n")
    code, out, err = desk.run("submitted", "--file", path)
    assert (code, out) == (0, "")
    assert "no line has a reference" in err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_what_spreadsheets_write_is_read(desk, three, encoding):
    text = f"case_id,備考,reference\r\n{three[0]},済,受付 4711\r\n"
    path = write(desk, text, encoding=encoding)
    code, [row] = desk.json("submitted", "--file", path)
    assert (code, row["state"]) == (0, "sent")
    assert "受付 4711" in row["note"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number\r\nR8-1-1\r\n",
        "reference\r\nx\r\n",
        "number,reference,reference\r\n1,2,3\r\n",
        'number,reference\r\n1,"2\r\n',
        "number;reference\r\n1;2\r\n",
    ],
)
def test_what_is_no_such_file_records_nothing(desk, three, text):
    code, out, err = desk.run("submitted", "--file", write(desk, text))
    assert (code, out) == (65, "")
    assert "nothing was recorded" in err


def test_octets_that_are_no_text_are_told():
    with pytest.raises(InputError, match="neither UTF-8"):
        read_references(b"number,reference\r\n\x81 ,1\r\n")


@pytest.mark.parametrize(
    "words",
    [
        (),
        (CASE_1,),
        (CASE_1, "--file", "x.csv"),
        ("--file", "x.csv", "--reference", "x"),
        ("--reference", "x"),
    ],
)
def test_one_or_a_file(desk, words):
    assert desk.run("submitted", *words)[0] == 2


@pytest.mark.parametrize("name", ["mihon-board", "by-others", "nobody"])
def test_only_forms_are_handed_over_to(desk, addressed, name):
    code, _, err = desk.run("handover", name)
    assert code == 65
    assert "form-only" in err


def test_what_a_form_does_not_take_is_told_by_check_and_never_numbered(
    desk, received, addressed, mapped
):
    case_id = addressed("form-only", "W-2026-1")
    assert desk.run("check", case_id)[0] == 0
    mapped(urls=10, reason=5)
    code, told = desk.json("check", case_id)
    assert code == 65
    assert [fault["path"] for fault in told["faults"]] == ["target.urls", "reason"]
    assert "`" not in told["faults"][0]["message"]
    assert desk.run("send", case_id)[0] == 65
    assert desk.json("list") == (0, [])


def test_what_became_too_long_since_is_told_and_written_all_the_same(
    desk, three, mapped
):
    mapped(reason=5)
    code, rows = desk.json("handover", "form-only")
    assert code == 65
    assert all("違反の理由" in row["faults"][0] for row in rows)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ('name = ""\nvalue = "urls"', "of which something shows"),
        ('name = "a"\nvalue = "url"', "'urls'"),
        ('name = "a"\nvalue = "urls"\nmax_length = 0', "from 1"),
        ('name = "reference"\nvalue = "urls"', "every hand-over"),
        ('name = "a"\nvalue = "urls"\nlimit = 3', "unknown key"),
        ('name = "a\\nb"\nvalue = "urls"', "one line"),
        (
            'name = "a"\nvalue = "urls"\n[[form-only.fields]]\nname = "a"\nvalue = "reason"',
            "twice",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_line(desk, addressed, field, told):
    path = desk.home / "recipients.toml"
    entry = path.read_text("utf-8").replace(
        "[by-others]", f"[[form-only.fields]]\n{field}\n\n[by-others]"
    )
    path.write_text(entry, "utf-8")
    code, _, err = desk.run("check", CASE_1)
    assert code == 78
    assert told in err
    assert "recipients.toml:" in err


def test_fields_need_a_form(desk):
    path = desk.home / "recipients.toml"
    entry = (
        '\n[odd]\nname = "x"\nmailboxes = ["a@b.example"]\n'
        '[[odd.fields]]\nname = "a"\nvalue = "urls"\n'
    )
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    code, _, err = desk.run("check", CASE_1)
    assert (code, "webform" in err) == (78, True)


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@a", "＝1+1", "＠a", "\n=1"])
def test_every_sign_that_begins_a_formula_is_made_text(begin):
    """In Japan the wide ones do, too."""
    [row] = rows_of(as_csv([Request(case_id="W", number="R", fields={"a": begin})]))
    assert row["a"] == f"'{begin}"


def test_what_was_handed_over_comes_back_however_long_its_urls_are():
    """A hundred URLs of 2,000 characters: more than Python's reader takes by itself."""
    urls = "\n".join("https://a.example/" + "x" * 1980 for _ in range(100))
    text = as_csv([Request(case_id="W-1", number="R8-1-1", fields={"URL": urls})])
    [found] = read_references(f"{text.removesuffix(chr(13) + chr(10))}T-1\r\n".encode())
    assert (found.number, found.reference, found.fault) == ("R8-1-1", "T-1", "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp932"])
def test_unicode_text_of_a_spreadsheet_has_tabs(encoding):
    """Before, UTF-16 was read as Shift_JIS, and the head named no column."""
    text = 'case_id\t備考\treference\r\nW-1\t"a\r\nb"\t受付 1\r\n'
    [found] = read_references(text.encode(encoding))
    assert (found.case_id, found.reference) == ("W-1", "受付 1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026/11/2 9:05", "2026-11-02T09:05:00+09:00"),
        ("2026/11/22 13:30:15", "2026-11-22T13:30:15+09:00"),
        ("2026/1/2", "2026-01-02T00:00:00+09:00"),
        ("2026-11-22T13:30+01:00", "2026-11-22T13:30:00+01:00"),
    ],
)
def test_a_time_as_a_spreadsheet_writes_it_back(text, told):
    assert moment(text).isoformat() == told


@pytest.mark.parametrize("text", ["2026/13/1 9:05", "2026/11/2 25:00", "11/2/2026"])
def test_a_time_that_is_none(text):
    with pytest.raises(ValueError, match=r"hour|month|Invalid"):
        moment(text)


def test_a_spreadsheet_takes_nothing_for_a_formula():
    request = Request(case_id="W-1", number="R8-1-1", fields={"a": "=1+1", "b": "x\ny"})
    text = as_csv([request])
    assert text.startswith("case_id,number,a,b,reference\r\n")
    [row] = rows_of(text)
    assert (row["a"], row["b"]) == ("'=1+1", "x\ny")


def test_a_field_of_nothing_is_empty():
    entry = RecipientEntry(
        name="x", mailboxes=(), fields=(FormField(name="en", value="reason_en"),)
    )
    assert fields.filled_in({"form_url": FORM_URL}, entry) == {"en": ""}
