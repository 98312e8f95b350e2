"""A hub with `deploy/jupyterhub`'s configuration, started for tests: ports, folders and accounts of its own, and all gone after."""

import csv
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import requests

from deploy import view

ENABLE = {
    "root": "要用root运行：sudo .venv/bin/python -m pytest tests/deploy (must run as root: students get accounts of their own)",
    "jupyterhub": "没有JupyterHub：.venv/bin/pip install -e '.[hub]' (no JupyterHub)",
    "proxy": "没有代理：npm ci --prefix deploy/jupyterhub (no proxy)",
    "useradd": "没有useradd、setpriv：apt install passwd util-linux (no useradd, setpriv)",
}


PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"  # as systemd has it; who runs the tests may have less


def lacking(root: Path) -> str | None:
    """Why no hub can be started here and how to change that, None when one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return ENABLE["root"]
    if not all(find_spec(name) for name in ("jupyterhub", "nativeauthenticator", "jupyterhub_idle_culler")):
        return ENABLE["jupyterhub"]
    if not (root / "deploy/jupyterhub/node_modules/configurable-http-proxy").is_dir():
        return ENABLE["proxy"]
    if not all(shutil.which(name, path=PROGRAMS) for name in ("useradd", "userdel", "setpriv")):
        return ENABLE["useradd"]
    return view.lacking(root)


@dataclass
class Hub:
    """A hub in a temporary folder."""

    root: Path
    folder: Path
    settings: Path
    prefix: str
    grader: str
    port: int
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/class"

    @property
    def course(self) -> Path:
        return self.folder / "srv" / "course"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace") if (self.folder / "log").exists() else ""

    def home(self, login: str) -> Path:
        return self.folder / "homes" / (self.prefix + login)

    def command(self, *arguments: str, ok: bool = True) -> str:
        """Run `course-hub` with this hub's settings; what it printed."""
        environment = {**self._environment(), "PYTHONPATH": str(self.root / "deploy" / "jupyterhub")}
        command, environment = self._viewed([sys.executable, "-m", "course_hub", *arguments], environment)
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120)
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def passwords(self, file: str) -> dict[str, str]:
        """The logins and passwords in a file that `course-hub` wrote."""
        with open(self.folder / file, encoding="utf-8-sig", newline="") as lines:
            return {row["登录名"]: row["初始密码"] for row in csv.DictReader(lines)}

    def start(self) -> None:
        """Start it and wait until it answers."""
        config = self.root / "deploy" / "jupyterhub" / "jupyterhub_config.py"
        command, environment = self._viewed([sys.executable, "-m", "jupyterhub", "-f", str(config)], self._environment())
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder / "state", env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(240):
            with suppress(requests.ConnectionError):
                if requests.get(f"{self.address}/hub/health", timeout=5).ok:
                    return
            assert self.process.poll() is None, self.log[-4000:]
            time.sleep(0.25)
        raise AssertionError(f"no answer from the hub:\n{self.log[-4000:]}")

    def stop(self) -> None:
        """Stop it with all that it has started."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _environment(self) -> dict[str, str]:
        here = str(Path(sys.executable).parent)
        kept = {key: os.environ[key] for key in ("LANG", "HOME") if key in os.environ}
        return {
            **kept,
            "PATH": f"{here}:{PROGRAMS}",
            "COURSE_HUB_SETTINGS": str(self.settings),
        }

    def _viewed(self, command: list[str], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        return view.through(self.root, Path(tempfile.mkdtemp(dir=self.folder)), command, environment)


@contextmanager
def hub(root: Path) -> Iterator[Hub]:
    """A hub that is not yet started."""
    folder = Path(tempfile.mkdtemp(prefix="hub", dir="/var/tmp"))
    folder.chmod(0o755)
    tag = f"t{os.getpid() % 100_000:05d}"
    made = Hub(root, folder, folder / "hub.toml", f"{tag}-", f"grader-{tag}", free_port())
    made.settings.write_text(settings(root, made), encoding="utf-8")
    try:
        yield made
    finally:
        accounts = [one for one in pwd.getpwall() if one.pw_name.startswith(made.prefix) or one.pw_name == made.grader]
        for account in accounts:
            kill(account.pw_uid)  # first: the hub would wait for the end of every server, one after the other
        made.stop()
        for account in accounts:
            kill(account.pw_uid)
            subprocess.run([shutil.which("userdel", path=PROGRAMS), "--force", account.pw_name], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def settings(root: Path, made: Hub) -> str:
    """The settings that come with the course, with this hub's own places in them."""
    text = (root / "deploy" / "jupyterhub" / "hub.toml").read_text(encoding="utf-8")
    for old, new in {
        '"/srv/service-marketing"': f'"{made.folder}/srv"',
        '"https://hub.example.edu/"': f'"{made.address}/"',
        "port = 8000": f"port = {made.port}",
        '"/home"': f'"{made.folder}/homes"',
        '"/var/lib/service-marketing-hub"': f'"{made.folder}/state"',
        '"hub-"': f'"{made.prefix}"',
        '"course-grader"': f'"{made.grader}"',
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    tomllib.loads(text)
    return text


def free_port() -> int:
    """The first of four ports in a row that nobody uses."""
    for port in range(20_000 + os.getpid() % 5_000 * 4, 60_000, 4):
        try:
            for each in range(port, port + 4):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


def processes(uid: int) -> Iterator[int]:
    """What runs under an account."""
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and process.stat().st_uid == uid:
                yield int(process.name)


def kill(uid: int) -> None:
    """End what runs under an account that the tests made."""
    for process in processes(uid):
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
