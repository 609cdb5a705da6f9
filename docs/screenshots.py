"""Take the pictures in docs/ of the real pages: `make screenshots`."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent
QUERY = "楼上洗完衣服我家客厅就下雨，找他还不开门"
CASE = "shanghai-changchunlu-washing-leak-no-door"
CHOSEN = f"case={CASE}&case=xiangtan-yuhu-repair-still-leaks"
PAGES = {
    "case": f"cases/{CASE}",
    "cases": "cases",
    "library": "library",
    "map": "map",
    "sheet": f"sheet?{CHOSEN}",
    "compare": f"compare?{CHOSEN}",
    "batch": "batch",
    "method": "method",
}
WIDTHS = (360, 768, 1366)
HEIGHT = 900
CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def main() -> None:
    """Serve the index, open each page at each width, and save what is seen."""
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        for width in WIDTHS:
            _take(browser, address, width)
        browser.close()


def _take(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    page.goto(address)
    _keep(page, "home", width)
    page.fill("#query", QUERY)
    page.click("#ask button.primary")
    page.wait_for_url("**/answers/*")
    _keep(page, "search", width)
    page.goto(page.url + "/report")
    _keep(page, "report", width)
    for name, path in PAGES.items():
        page.goto(address + path)
        _keep(page, name, width)
    page.close()


def _keep(page: Page, name: str, width: int) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}-{width}.png")


@contextmanager
def _served() -> Iterator[str]:
    command = [sys.executable, "-m", "search_api.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            said = server.stderr.readline() if server.stderr else ""
            found = re.search(r"http://\S+/", said)
            if not found:
                sys.exit(f"casebook serve: {said}")
            yield found[0]
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
