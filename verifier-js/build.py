"""Make `verify.html`: the second verifier as one file without a network.

    python verifier-js/build.py          # writes src/japanese.js, build/verify.html
    python verifier-js/build.py FILE     # writes the page there, and nothing else
    python verifier-js/build.py --check  # 1 if japanese.js is another; writes nothing
    python verifier-js/build.py --glyphs FILE  # writes the table of glyphs alone

The same sources give the same octets: no time, no path, no order of a folder is in it.
Modules become functions, each called once after those that it imports. Japanese comes
from the program's own catalogue; what this verifier alone says stands in
`own_words.json`.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from notices.codec.languages import read_po
from notices.messages import names_of

sys.path.insert(0, str(Path(__file__).parent))
from glyphs import table

HERE = Path(__file__).parent
ROOT = HERE.parent
PAGE = ROOT / "build" / "verify.html"
JAPANESE = HERE / "src" / "japanese.js"
ENTRY = HERE / "page" / "page.js"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) )", re.MULTILINE
)
_NAMES = re.compile(
    r"^export (?:async )?(?:function\*?|class|const) (\w+)", re.MULTILINE
)
_LITERAL = re.compile(
    r'"((?:[^"\\\n]|\\.)*)"(?!\s*\.split\()|\'((?:[^\'\\\n]|\\.)*)\'(?!\s*\.split\()'
)
"""A text in quotes; not one that is a list of names."""


def catalogue() -> dict[str, str]:
    """English template to Japanese: the program's, and this verifier's own."""
    known: dict[str, str] = {}
    for path in sorted((ROOT / "notices/data/texts/ja").glob("*.po")):
        known.update(read_po(path.read_text("utf-8")))
    return known | own_words()


def own_words() -> dict[str, str]:
    """What only this verifier says."""
    return dict(json.loads((HERE / "own_words.json").read_text("utf-8")))


def sources() -> list[Path]:
    """All modules, in the order of their names."""
    return sorted([*HERE.glob("src/**/*.js"), *HERE.glob("page/*.js")])


def literals() -> set[str]:
    """Every string literal of the modules, templates among them."""
    found = set()
    for path in sources():
        if path == JAPANESE:
            continue
        for double, single in _LITERAL.findall(_without_comments(path)):
            text = double.replace('\\"', '"') or single.replace("\\'", "'")
            found.add(text)
    return found


def _without_comments(path: Path) -> str:
    text = path.read_text("utf-8")
    return re.sub(r"^\s*(?://|/?\*).*$", "", text, flags=re.MULTILINE)


def said() -> set[str]:
    """The literals that read like a sentence or a name for people."""
    return {one for one in literals() if _is_for_people(one)}


def _is_for_people(text: str) -> bool:
    if text.startswith("-----BEGIN"):
        return False
    words = re.sub(r"\{[^}]*\}", "", text)
    return bool(re.search(r"[A-Za-z]{2,}[,;:.)'’]* [A-Za-z(]", words))


def japanese() -> str:
    """`src/japanese.js`: what the modules say, in Japanese."""
    known, used = catalogue(), literals()
    told = {text: known[text] for text in sorted(used & known.keys())}
    body = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    return (
        "// Made by verifier-js/build.py from the catalogue of texts; do not edit.\n\n"
        f"export const JAPANESE = {body};\n"
    )


def untold() -> list[str]:
    """What has no Japanese, another set of names in it, or no use any more."""
    known, own = catalogue(), own_words()
    faults = [f"no Japanese for {one!r}" for one in sorted(said() - known.keys())]
    faults += [f"no use any more: {one!r}" for one in sorted(own.keys() - literals())]
    for english in sorted(literals() & known.keys()):
        if names_of(english) != names_of(known[english]):
            faults.append(f"other names in braces: {english!r}")
    return faults


def bundle() -> str:
    """All modules as one script: each a function, called once, in their order."""
    done: dict[Path, str] = {}
    parts: list[str] = []
    _add(ENTRY, done, parts, ())
    return '"use strict";\n' + "\n".join(parts)


def _add(
    path: Path, done: dict[Path, str], parts: list[str], above: tuple[Path, ...]
) -> str:
    if path in above:
        raise SystemExit(f"a circle of imports at {path.name}")
    if path in done:
        return done[path]
    text = path.read_text("utf-8")
    heads = []
    for names, target in _IMPORT.findall(text):
        source = (path.parent / target).resolve()
        other = _add(source, done, parts, (*above, path))
        wanted = {one.strip() for one in names.split(",") if one.strip()}
        if lacking := wanted - set(_exported(source.read_text("utf-8"))):
            raise SystemExit(f"{path.name}: {target} has no {', '.join(lacking)}")
        heads.append(f"const {{{names.strip()}}} = {other};")
    name = "m_" + re.sub(r"\W", "_", str(path.relative_to(HERE).with_suffix("")))
    body = _EXPORT.sub("", _IMPORT.sub("", text)).strip()
    given = ", ".join(_exported(text))
    parts.append(
        f"const {name} = (() => {{\n{chr(10).join(heads)}\n{body}\n"
        f"return {{ {given} }};\n}})();"
    )
    done[path] = name
    return name


def _exported(text: str) -> list[str]:
    """Names that a module exports: one for each `export`."""
    return _NAMES.findall(text)


def page(script: str, style: str) -> str:
    """The file; its policy names the hashes of what may run and how it looks."""
    template = (HERE / "page/page.html").read_text("utf-8")
    for name, text in (
        ("{script_hash}", _hash(script)),
        ("{style_hash}", _hash(style)),
        ("{style}", style),
        ("{glyphs}", base64.b64encode(table()).decode()),
        ("{script}", script),
    ):
        template = template.replace(name, text, 1)
    return template


def _hash(text: str) -> str:
    """As CSP has it (CSP Level 3, 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def whole() -> str:
    """The page with all that it needs."""
    script = bundle()
    if "</script" in script.lower() or "<!--" in script:
        raise SystemExit("the script would end its own element")
    return page(script, (HERE / "page/page.css").read_text("utf-8"))


def main() -> int:
    """Write or compare."""
    if faults := untold():
        sys.stderr.write("\n".join([*faults, ""]))
        return 1
    if "--glyphs" in sys.argv:
        Path(sys.argv[-1]).write_bytes(table())
        return 0
    words = japanese()
    if "--check" in sys.argv:
        if JAPANESE.read_text("utf-8") == words:
            return 0
        sys.stderr.write("japanese.js: not as built; run make verify-html\n")
        return 1
    if sys.argv[1:]:
        target = Path(sys.argv[1])
    else:
        JAPANESE.write_text(words, "utf-8")
        target = PAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(whole(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
