"""Install Debian packages where that is possible without asking for a password."""
# ruff: noqa: S603  (it runs programs, all of them written out here: that is what setup is for)

import os
import shutil
import subprocess


def apt_install(packages: list[str]) -> bool:
    """Install `packages` as root or by passwordless sudo; say whether it was possible and worked."""
    prefix = _become_root()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    print(f"    apt-get install {' '.join(packages)}", flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # An outdated package list of some other source must not stop us, so only the install decides.
    subprocess.run([*quiet, "update"], check=False, stdin=subprocess.DEVNULL)
    install = [*quiet, "install", "-y", "--no-install-recommends", *packages]
    return (
        subprocess.run(install, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
        == 0
    )


def _become_root() -> list[str] | None:
    """Return what to put before a command to run it as root, or None where that would need a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None
