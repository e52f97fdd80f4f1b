"""No exception of a library, and no sentence of one, goes into what we tell.

Every `except ... as error` and every parameter that is an exception is walked through:
where its kind may be a library's, only its cause, its kind, its numbers, and tables of
words of ours may use it. What else does stands below, with a reason.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "notices"
TABLES = {
    "unreadable",
    *("in_words", "in_words_for_people", "in_words_of_ours", "words_of", "reason_of"),
    *(
        "not_csv",
        "not_json",
        "not_toml",
        "own_fault",
        "log_error",
        "unwritable",
        "_unwritable",
    ),
}
"""They tell any exception in words of ours."""
ASKED = {"isinstance", "type", "hasattr"}
"""They ask of which kind it is."""
NUMBERS = {
    *(
        "errno",
        "start",
        "lineno",
        "colno",
        "code",
        "status",
        "smtp_code",
        "verify_code",
    ),
    *("sqlite_errorcode", "sqlite_errorname", "sqlstate", "__traceback__", "__cause__"),
}
"""What it has besides sentences."""
_LOOKS_LIKE_ONE = re.compile(r"(?:Error|Exception|TimeoutExpired)$")
LISTED: dict[str, tuple[str, ...]] = {
    "looked for in a table, which tells in words of ours": (
        "addresses.py: str(refusal)",
        "codec/json_words.py: error.msg.startswith(begins)",
        "codec/toml_words.py: str(error)",
        "files/csv_words.py: str(error)",
        "files/network_words.py: getattr(error, 'reason', None)",
        "files/network_words.py: str(error)",
        "files/network_words.py: words(error)",
        "files/reader_words.py: words(error)",
        "files/system_words.py: if (ours := [said for said in error.args[:2] if isinstance(said, Text)",
        "inbox/imap/words.py: as_text(error.args)",
        "inbox/imap/words.py: inner = error.__context__",
        "letters/template/filling.py: str(wrong.message)",
        "signing/revocation/transport.py: str(error)",
        "store/database/postgres_errors.py: getattr(error.orig, 'sqlstate', None)",
        "store/database/postgres_errors.py: str(error.orig)",
        "store/database/sqlite.py: getattr(error.orig, 'sqlite_errorname', '')",
        "store/database/sqlite.py: reason_of(error.orig)",
        "store/database/sqlite.py: type(error.orig)",
        "store/database/engine.py: _engines(engine.url).our_error(error, engine)",
        "store/database/engine.py: getattr(error.orig, 'diag', None)",
        "store/database/engine.py: getattr(error.orig, 'sqlite_errorname', '')",
        "store/database/engine.py: getattr(error.orig, 'sqlstate', '')",
        "store/database/engine.py: named = getattr(error.orig, 'diag', None) or error.orig",
        "store/database/engine.py: why = error.orig if isinstance(error, exc.StatementError) else None",
    ),
    "what a trigger of ours says": ("store/database/engine.py: str(error.orig)",),
    "what was looked for and is not there, or cannot stand there: a name": (
        "catalogue/lookup.py: str(wrong.args[0])",
        "files/reader_words.py: str(error.args[0])",
        "statistics/leaves.py: str(wrong.args[0])",
        "verifying/content/notice_json.py: str(error.args[0])",
    ),
    "a ValueError of ours: the name of a member, a category, a law": (
        "approval/statements.py: malformed_member(f'draft.{error}')",
        "site/configured.py: slug = error.args[0]",
        "site/configured.py: law = error.args[0]",
    ),
    "what was read, or its place, not what is said of it": (
        "codec/languages.py: _odd(error.doc)",
        "codec/parsing.py: wrong.doc.strip()",
        "cli/screen/faults.py: return '\\ud800' <= error.object[error.start] <= '\\udfff'",
        "letters/template/folders/loading.py: Text('{path} cannot be read: {strerror}', path=failed.filename, strerr",
        "store/database/engine.py: Text('{text} is no text: it has half of a character, or octets that ar",
    ),
    "what the server at the other end says is quoted": (
        "inbox/imap/tokens.py: as_text(error.args)",
        "inbox/imap_mailbox.py: as_text(error.args)",
        "smtp/courier.py: reply_from(error.code, error.message)",
        "signing/revocation/transport.py: error.headers.get_content_type()",
        "signing/revocation/transport.py: refusal.read(_REFUSAL)",
        "signing/revocation/transport.py: with error: return HttpAnswer(code=error.code, media_type=error.header",
    ),
    "kept, and raised again as it is by who waits": (
        "cli/screen/output_file.py: self.lost = self.lost or error",
        "inbox/imap/transport.py: trouble = error",
        "queue/group_commit.py: outcomes = [error] * len(group)",
        "signing/revocation/transport.py: told.append(error)",
        "smtp/courier.py: if error is self.progress.callback_error: raise",
        "smtp/ending.py: self.callback_error = error",
        "store/store.py: return [error] * len(steps)",
    ),
    "what click says has its Japanese in tests/texts/click": (
        "cli/__init__.py: click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ct",
        "cli/screen/faults.py: error.format_message()",
        "cli/screen/faults.py: error.show()",
        "cli/screen/faults.py: return error.exit_code",
        "cli/screen/faults.py: tell(error.message)",
        "cli/screen/faults.py: vars(error)",
    ),
    "the last border: there it is told as ours, as click's, or as a fault of the program": (
        "cli/__init__.py: faults.tell_fault(error)",
    ),
    "for who mends the program, where it was asked for": (
        "cli/screen/faults.py: traceback.print_exception(error)",
    ),
    "the log keeps the traceback of what nobody foresaw, behind words of ours": (
        "service/api/app.py: LOG.error('%s %s: %s [%s]', request.method, _raw_path(request), known.",
        "service/console/problems.py: log.error('%s: %s', route, own_fault(error), exc_info=error)",
    ),
    "numbers and names of HTTP": (
        "service/console/app.py: headers = error.headers if isinstance(error, HTTPException) else None",
        "service/console/app.py: status = error.status_code if isinstance(error, HTTPException) else 50",
        "service/console/app.py: status_of_error(error, route.method)",
        "service/verify_page/app.py: headers = error.headers if isinstance(error, HTTPException) else None",
        "service/verify_page/app.py: status = error.status_code if isinstance(error, HTTPException) else 50",
    ),
}
"""Why nothing of a library is told, and the uses: `file: source`, its beginning."""


@cache
def trees() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def ours() -> frozenset[str]:
    """Classes of this package that are exceptions: they are made of texts of ours."""
    known = {"NoticesError"}
    kinds = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    foreign = {
        name
        for name, kind in vars(builtins).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    } | {"SMTPException"}
    known |= {name for name, bases in kinds.items() if bases & foreign}
    while more := {name for name, bases in kinds.items() if bases & known} - known:
        known |= more
    return frozenset(known)


def kinds_of(kind: ast.expr | None) -> list[str]:
    """The names in `A`, `(A, B)` and `A | B`."""
    if kind is None:
        return ["BaseException"]
    if isinstance(kind, ast.Tuple):
        return [name for each in kind.elts for name in kinds_of(each)]
    if isinstance(kind, ast.BinOp):
        return [*kinds_of(kind.left), *kinds_of(kind.right)]
    return [ast.unparse(kind).rpartition(".")[2]]


def foreign_names(node: ast.AST) -> set[str]:
    """What of a handler or a function may hold an exception of a library."""
    if isinstance(node, ast.ExceptHandler):
        return {node.name} if node.name and {*kinds_of(node.type)} - ours() else set()
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    return {
        given.arg
        for given in (*node.args.args, *node.args.kwonlyargs)
        if given.annotation
        for kind in kinds_of(given.annotation)
        if kind not in ours() and _LOOKS_LIKE_ONE.search(kind)
    }


def is_allowed(node: ast.Name, outer: ast.AST, followed: set[str]) -> bool:
    """Whether this use tells nothing of a library."""
    if isinstance(outer, ast.Raise):
        return True  # as the cause, or it goes on as it is
    if isinstance(outer, ast.Attribute):
        return outer.attr in NUMBERS
    if isinstance(outer, ast.Call) and node is not outer.func:
        return ast.unparse(outer.func).rpartition(".")[2] in TABLES | ASKED | followed
    return False


def is_narrowed(node: ast.Name, above: dict[ast.AST, ast.AST], holder: ast.AST) -> bool:
    """Whether it is one of ours there, or what it holds a text: `isinstance` was asked."""
    inner: ast.AST = node
    while inner is not holder:
        outer = above[inner]
        is_there = isinstance(outer, ast.If | ast.IfExp) and inner not in (
            outer.orelse if isinstance(outer.orelse, list) else [outer.orelse]
        )
        tests = (
            [outer.test]
            if is_there
            else [outer]
            if isinstance(outer, ast.BoolOp)
            else []
        )
        for asked in (call for test in tests for call in ast.walk(test)):
            if isinstance(asked, ast.Call) and ast.unparse(asked.func) == "isinstance":
                about, kind = asked.args
                if ast.unparse(about).startswith(node.id) and {*kinds_of(kind)} <= {
                    *ours(),
                    "Text",
                }:
                    return True
        inner = outer
    return False


def uses_in(file: str, tree: ast.Module) -> Iterator[str]:
    """Each other use, as `file: source`."""
    # a function whose parameter is an exception is walked through itself
    followed = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and foreign_names(node)
    }
    above = {
        inner: outer
        for outer in ast.walk(tree)
        for inner in ast.iter_child_nodes(outer)
    }
    for holder in ast.walk(tree):
        names = foreign_names(holder)
        for node in ast.walk(holder) if names else ():
            is_one = isinstance(node, ast.Name) and node.id in names
            if not is_one or is_allowed(node, above[node], followed):
                continue
            if is_narrowed(node, above, holder):
                continue
            use = above[node]
            while not isinstance(use, ast.stmt | ast.Call):
                use = above[use]
            yield f"{file}: {' '.join(ast.unparse(use).split())[:70]}"


def test_nothing_of_a_library_is_told() -> None:
    """`Expecting value`, `'x' is undefined`, `The domain name is not valid IDNA`,
    `No such device` of the system's own language: each stood in a Japanese message.

    A new use is mended, by a table of words of ours, or listed with its reason.
    """
    found = {use for file, tree in trees().items() for use in uses_in(file, tree)}
    listed = {use for uses in LISTED.values() for use in uses}
    assert sorted(found - listed) == []
    assert sorted(listed - found) == [], "no use any more"


LEAKS = """
def read(text):
    try:
        parse(text)
    except {kind} as error:
        {told}
"""


@pytest.mark.parametrize(
    ("kind", "told", "leaks"),
    [
        (
            "ValueError",
            'raise InputError(Text("no: {why}", why=error)) from error',
            True,
        ),
        ("ValueError", "raise InputError(str(error)) from error", True),
        ("OSError", 'raise InputError(Text("no: {why}", why=error.strerror))', True),
        ("(InputError, KeyError)", 'say(Text("no: {why}", why=error))', True),
        ("OSError", 'raise InputError(Text("no: {why}", why=in_words(error)))', False),
        ("InputError", 'say(Text("no: {why}", why=error.message))', False),
        ("Exception", "raise InputError() from error", False),
        (
            "(InputError, KeyError)",
            "say(error.message if isinstance(error, InputError) else in_words(error))",
            False,
        ),
    ],
)
def test_the_walk_sees_a_leak(kind: str, told: str, *, leaks: bool) -> None:
    """And lets pass what is no leak."""
    tree = ast.parse(LEAKS.format(kind=kind, told=told.replace("{why}", "x")))
    assert bool(list(uses_in("x.py", tree))) is leaks
