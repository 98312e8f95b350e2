"""Programs that tests use and pip does not install: which are there, and how the others come. `make test` runs `install`."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import firefox
from deploy import host
from grading import postgresql
from service_marketing.publishing import browser


@dataclass(frozen=True)
class Tool:
    """A program: for which tests, its package in Debian and Ubuntu, and where it is (None: nowhere).

    quicker: a package whose program does the same for less, and that Debian alone has.
    """

    tests: str
    package: str
    find: Callable[[], str | None]
    quicker: str | None = None

    def wanted(self) -> list[str]:
        """What to install, each when what was before it is not to be had."""
        if self.quicker and not shutil.which(self.quicker) and (not self.find() or _debian()):
            return [self.quicker, self.package]
        return [] if self.find() else [self.package]


def _debian() -> bool:
    return Path("/etc/debian_version").exists() and platform.freedesktop_os_release().get("ID") == "debian"


def _chinese_font() -> str | None:
    """A font that a page's Chinese is shown with, as on readers' devices; without one all Chinese signs are the same box."""
    if platform.system() != "Linux":
        return "有 (there)"
    if not shutil.which("fc-list"):
        return None
    found = subprocess.run(["fc-list", ":lang=zh-cn", "file"], capture_output=True, text=True).stdout.split(":")[0]
    return found.strip() or None


TOOLS = (
    Tool("网页里的中文（Chinese in pages）", "fonts-noto-cjk", _chinese_font),
    Tool("网页（pages）", "chromium", browser.program, quicker="chromium-headless-shell"),
    Tool("Firefox里的网页（pages in Firefox）", "firefox-esr", firefox.program),
    Tool("隔离（the box around submissions）", "bubblewrap", lambda: shutil.which("bwrap")),
    Tool("PostgreSQL成绩册（a gradebook on PostgreSQL）", "postgresql", postgresql.programs),
    Tool("放书的服务器（a server for the book）", "nginx", host.program),
    Tool("服务器上的Brotli（Brotli on that server）", "libnginx-mod-http-brotli-static", host.module),
)


def install() -> None:
    """Get what is missing where that needs no question (Debian and Ubuntu, as root or with free sudo); say what is there."""
    missing = [tool for tool in TOOLS if tool.wanted()]
    sudo = [] if os.name != "posix" or os.geteuid() == 0 else ["sudo", "-n"]
    if missing and shutil.which("apt-get") and (not sudo or _works([*sudo, "true"])):
        print(f"安装测试要用的程序 (installing programs for the tests): {' '.join(tool.wanted()[0] for tool in missing)}", flush=True)
        # at level 1 Debian starts no server that it installs: the tests start their own
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run([*sudo, "apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
        for tool in missing:  # one by one: what can be had is had
            for package in tool.wanted():
                done = subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", package], env=quiet, stdout=subprocess.DEVNULL)
                if done.returncode == 0:
                    break
    _install_proxy()
    _install_pyodide()
    for tool in TOOLS:
        print(f"{tool.tests}: {tool.find() or f'跳过，除非 (skipped, unless): sudo apt-get install {tool.package}'}")


def _install_proxy() -> None:
    """The hub's proxy."""
    _from_npm("JupyterHub", Path(__file__).parent.parent / "deploy" / "jupyterhub")


def _install_pyodide() -> None:
    """The engine of Pyodide, and the installer that its full distribution has."""
    folder = Path(__file__).parent / "book" / "lite"
    wanted = folder / "requirements.txt"
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    download += ["--platform", "any", "--python-version", "3.14", "--dest", str(folder / "node_modules" / ".wheels")]
    _from_npm("Pyodide", folder, wanted.read_bytes(), [*download, "--requirement", str(wanted)])


def _from_npm(title: str, folder: Path, more: bytes = b"", then: Sequence[str] = ()) -> None:
    """What the lock in `folder` names, and what the command `then` adds to it as `more` says; again only when either has changed."""
    stamp, lock = folder / "node_modules" / ".installed", (folder / "package-lock.json").read_bytes() + more
    if stamp.is_file() and stamp.read_bytes() == lock:
        return
    if _works(["npm", "ci", "--silent", "--prefix", str(folder)]) and (not then or _works(list(then))):
        stamp.write_bytes(lock)
    else:
        print(f"{title}: npm ci --prefix {folder} 没有成功 (failed)")


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


if __name__ == "__main__" and sys.argv[1:] == ["install"]:
    install()
