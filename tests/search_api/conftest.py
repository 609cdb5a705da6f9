"""A real server on a made library, and a client to talk to it."""

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import unquote

import httpx
import pytest
from library_maker import CASEBOOK, build_index, environment, page_library, write_library

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STARTED = re.compile(r"http://(\S+?)/")


class Served:
    """A running `casebook serve`: where it is, what it is serving, and what it said so far."""

    def __init__(self, process, folder, index):
        self.process = process
        self.folder = folder
        self.index = index
        self.url = self._wait_for_address()

    @property
    def said(self):
        """Everything on stdout and stderr until now."""
        return (self.folder / "stdout").read_bytes() + (self.folder / "stderr").read_bytes()

    def _wait_for_address(self):
        for _ in range(400):
            found = STARTED.search((self.folder / "stderr").read_text(encoding="utf-8"))
            if found:
                return f"http://{found[1]}"
            assert self.process.poll() is None, self.said.decode()
            time.sleep(0.05)
        raise AssertionError("the server did not say where it is")


@contextmanager
def serving(folder, index, **more):
    """Run `casebook serve` in `folder` on `index` until the end of the block."""
    folder.mkdir(exist_ok=True)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [*CASEBOOK, "serve", "--port", "0", "--index", str(index)],
            cwd=folder,
            env=environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        try:
            yield Served(process, folder, index)
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="session")
def made_library(tmp_path_factory):
    """The folder of the library that the pages are shown with. Read-only."""
    return write_library(tmp_path_factory.mktemp("made") / "cases", page_library())


@pytest.fixture(scope="session")
def made_index(made_library, tmp_path_factory):
    """The index of `made_library`. Read-only."""
    return build_index(made_library, tmp_path_factory.mktemp("made-index") / "index")


@pytest.fixture(scope="session")
def served(made_index, tmp_path_factory):
    """A running server on `made_index`."""
    with serving(tmp_path_factory.mktemp("served"), made_index) as server:
        yield server


class Forgetful(httpx.Client):
    """A client that keeps no cookies, so that no test chooses another one's language."""

    def send(self, *arguments, **options):
        try:
            return super().send(*arguments, **options)
        finally:
            self.cookies.clear()


@pytest.fixture(scope="session")
def client(served):
    """An HTTP client of `served`; it follows no redirects and keeps no cookies."""
    with Forgetful(base_url=served.url, timeout=20) as http:
        yield http


@pytest.fixture
def serve(tmp_path):
    """Start a server of one's own: `with serve(index) as server`."""
    return lambda index, **more: serving(tmp_path / "server", index, **more)


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium; skips where there is none, but not in CI."""
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    program = next((path for path in found if path), None)
    if program is None:
        assert not os.environ.get("CI"), "in CI there must be a browser"
        pytest.skip("there is no Chromium here: sudo apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, served):
    """Open a page of the server in a window of its own; afterwards nothing must have gone wrong in any."""
    contexts, wrong, addresses = [], [], []

    def open_page(path="/", *, width=1366, scripts=True):
        context = browser.new_context(
            base_url=served.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            service_workers="block",  # they would fetch for themselves, unseen by what a test holds back
            locale="zh-CN",
            has_touch=width < 500,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: addresses.append(unquote(request.url)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [message for message in wrong if not any(code in message for code in ("404", "410", "422"))] == []
    assert [address for address in addresses if not address.startswith(served.url)] == []
    assert [address for address in addresses if "canary" in address] == []
