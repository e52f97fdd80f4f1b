"""`verify.html`: built the same each time, closed to the network, no word untold."""

import base64
import hashlib
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.programs import require_program
from tests.verifier_js.agreement import LEFT_OUT
from tests.verifier_js.node import FOLDER, ROOT


@pytest.fixture(scope="module")
def build():
    spec = spec_from_file_location("verifier_js_build", FOLDER / "build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_japanese_is_what_the_catalogue_says():
    done = subprocess.run(
        [sys.executable, str(FOLDER / "build.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_two_builds_are_the_same_octets(build, verify_page):
    first = build.whole()
    assert first == build.whole()
    assert str(ROOT) not in first
    assert first.encode() == verify_page.read_bytes()


def test_the_policy_lets_nothing_in_and_nothing_out(verify_page):
    page = verify_page.read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = dict(one.strip().split(" ", 1) for one in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    for name, element in (("script-src", "script"), ("style-src", "style")):
        body = re.search(rf"<{element}>(.*)</{element}>", page, re.DOTALL)
        assert body
        digest = hashlib.sha256(body[1].encode()).digest()
        assert rules[name] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert rules.keys() == {
        "default-src",
        "script-src",
        "style-src",
        "base-uri",
        "form-action",
    }
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b|\bon[a-z]+=", page)
    assert "eval(" not in page
    assert "innerHTML" not in page
    assert "fetch(" not in page


def test_every_module_is_well_formed():
    node = require_program("node")
    for path in [*FOLDER.glob("*.js"), *FOLDER.glob("src/**/*.js")]:
        subprocess.run([node, "--check", str(path)], check=True)


def test_a_text_without_its_japanese_is_told(build, monkeypatch):
    assert build.untold() == []
    said = {**build.own_words()}
    said.pop("The log's key")
    monkeypatch.setattr(build, "own_words", lambda: {**said, "never said": "未使用"})
    assert build.untold() == [
        'no Japanese for "The log\'s key"',
        "no use any more: 'never said'",
    ]


def test_what_is_left_out_stands_in_the_page_with_its_reason():
    """Each `leftOut(say("..."))` of the sources, in both languages of the page."""
    said = set()
    for path in FOLDER.glob("src/**/*.js"):
        text = path.read_text("utf-8")
        said |= set(re.findall(r'leftOut\(\s*say\(\s*"([^"]+)"', text))
    said |= {"name constraints", "rules about policies"}
    assert said == set(LEFT_OUT)
    for folder in ("docs", "docs/ja"):
        page = (ROOT / folder / "second-verifier.md").read_text("utf-8")
        for one in LEFT_OUT:
            assert f"`{one}`" in page, (folder, one)


def test_modules_and_folders_are_small():
    for path in FOLDER.glob("src/**/*.js"):
        if path.name != "japanese.js":
            assert len(path.read_text("utf-8").splitlines()) <= 300, path.name
    folders = {path.parent for path in FOLDER.glob("src/**/*.js")}
    assert all(len(list(folder.glob("*.js"))) <= 18 for folder in folders)


def test_no_import_is_of_no_use(build):
    for path in build.sources():
        text = path.read_text("utf-8")
        imports = re.compile(r'^import \{([^}]*)\} from "[^"]+";\n', re.MULTILINE)
        body = imports.sub("", text)
        names = [
            one.strip() for found in imports.findall(text) for one in found.split(",")
        ]
        unused = [one for one in names if one and not re.search(rf"\b{one}\b", body)]
        assert unused == [], path.name
