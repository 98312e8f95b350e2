"""A real nginx with the configuration that `course publish` writes, started for tests: a free port, files of its own, no service."""

import functools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from deploy.running import PROGRAMS, free_port
from service_marketing.publishing import publish

MODULE = "modules/ngx_http_brotli_static_module.so"
ENABLE = "没有nginx：apt install nginx libnginx-mod-http-brotli-static (no nginx)"
MAIN = """
{modules}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {include}
}}
"""
GUEST = """include {folder}/book/nginx/maps.conf;
    server {{
        listen 127.0.0.1:{port};
        location ~ \\.(css|js|html)$ {{ return 403; }}
        location / {{ return 200 department; }}
        include {folder}/book/nginx/book.conf;
    }}"""


def program() -> str | None:
    """Where nginx is; None: not here."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{PROGRAMS}")


def module() -> str | None:
    """Where nginx's module for files with Brotli is; None: not here."""
    found = program() and subprocess.run([program(), "-V"], capture_output=True, text=True).stderr
    place = re.search(r"--modules-path=(\S+)", found or "")
    path = Path(place[1]) / Path(MODULE).name if place else None
    return str(path) if path and path.is_file() else None


class Host(NamedTuple):
    """A running one: its address, with a slash at its end, and the folder that it serves."""

    address: str
    site: Path


@contextmanager
def nginx(root: Path, prefix: str = "/", tls: bool = False, brotli: bool = True) -> Iterator["Host"]:
    """The course's site published for `prefix` and served.

    In a subfolder it is a guest of a server that has rules of its own for every style and script.
    """
    port = free_port()
    url = f"{'https' if tls else 'http'}://127.0.0.1:{port}{prefix}"
    with tempfile.TemporaryDirectory(prefix="nginx", dir="/var/tmp") as name:
        folder = Path(name)
        shutil.copytree(_compressed(root), folder / "book")
        publish.publish(root, url, f"{folder}/book", to=folder / "book")
        for file in (folder / "book" / "nginx").iterdir():
            file.write_text(_here(file.read_text(encoding="utf-8"), folder, port), encoding="utf-8")
        (folder / "snippets").mkdir()
        if brotli:
            (folder / "snippets" / "service-marketing-brotli.conf").write_text("brotli_static on;\n")
        if tls:
            command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
            command += ["-subj", "/CN=127.0.0.1", "-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
            subprocess.run(command, check=True, capture_output=True)
        own = f"include {folder}/book/nginx/site.conf;"
        (folder / "nginx.conf").write_text(
            MAIN.format(
                folder=folder,
                include=own if prefix == "/" else GUEST.format(folder=folder, port=port),
                modules=f"load_module {module()};" if brotli else "",
                user="user root;" if os.geteuid() == 0 else "",  # what it can read is not to hang on who owns the clone
            )
        )
        command = [program(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr, checked.stderr
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, running, folder)
            yield Host(url, folder / "book" / "site")
        finally:
            running.terminate()
            running.wait(10)


@functools.cache
def _compressed(root: Path) -> Path:
    """The site as it is published, kept in `_build/`: to compress it takes longer than all that is asked of it here."""
    return publish.publish(root, to=root / "_build" / "publish.test")


def _here(text: str, folder: Path, port: int) -> str:
    """A file of the configuration with this test's places and ports in it."""
    text = re.sub(r"^ *listen \[::\]:.*\n", "", text, flags=re.MULTILINE)
    text = text.replace(f"listen {port}", f"listen 127.0.0.1:{port}").replace("listen 80;", f"listen 127.0.0.1:{port + 1};")
    for old, new in {
        "/etc/nginx/snippets": f"{folder}/snippets",
        "/etc/letsencrypt/live/127.0.0.1": str(folder),
        "/var/www/html": str(folder),
    }.items():
        text = text.replace(old, new)
    return text


def _wait(port: int, running: subprocess.Popen, folder: Path) -> None:
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert running.poll() is None, (folder / "error.log").read_text()
        time.sleep(0.05)
    raise AssertionError("no answer from nginx")
