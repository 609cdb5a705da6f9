"""Make sure that there is a browser with Chinese fonts, and Java for the HTML checker, for the tests that look at the pages.

Run as `python3 -m setup.browser`. Where it cannot install them it says what to install; it fails only in CI
(the variable CI is set), so that a green run there means that the pages were looked at.
"""
# ruff: noqa: S603, S607  (it runs programs, all of them written out here: that is what setup is for)

import os
import shutil
import subprocess
import sys

from setup.debian import apt_install

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ["chromium", "fonts-noto-cjk", "default-jre-headless"]


def has_browser() -> bool:
    """Return whether a browser of the Chromium family is on PATH."""
    return any(shutil.which(name) for name in BROWSERS)


def has_chinese_font() -> bool:
    """Return whether fontconfig knows a font for Chinese; without fontconfig there is none to be found."""
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True, text=True)
    return bool(found.stdout.strip())


def has_java() -> bool:
    """Return whether Java is there and starts; some systems have a `java` that only says where to get it."""
    java = shutil.which("java")
    return (
        java is not None
        and subprocess.run([java, "-version"], check=False, capture_output=True).returncode == 0
    )


def missing_packages() -> list[str]:
    """Return the Debian packages still wanted."""
    wanted = zip(PACKAGES, (has_browser(), has_chinese_font(), has_java()), strict=True)
    return [package for package, there in wanted if not there]


def main() -> int:
    """Install what is missing, or say in plain words what to install."""
    missing = missing_packages()
    if not missing:
        return 0
    print("==> Getting what the page tests need / 安装页面测试用的浏览器、中文字体和 Java", flush=True)
    if sys.platform == "linux" and apt_install(missing) and not missing_packages():
        return 0
    print(
        "!!  The page tests need Chromium, a Chinese font and Java, and I may not install them here.\n"
        "!!  页面测试需要 Chromium、中文字体和 Java，请先安装：\n"
        f"        sudo apt-get install {' '.join(missing)}\n"
        "!!  The other tests run without them. / 其余测试照常运行。",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
