#!/usr/bin/env python
"""Debian's Firefox as Playwright wants it: run by Playwright in Firefox's place, it starts Firefox and passes on what both say.

Playwright speaks WebDriver BiDi to Firefox, and wants two things that Firefox ESR does not know. The command that says which colours
a page's reader prefers becomes the setting of Firefox that says the same, for all its pages at once; and a file that a page made itself
gets a number when it is downloaded.
"""

import asyncio
import itertools
import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler, websocket_connect

PROGRAMS = ("firefox-esr", "firefox")
ENABLE = "没有找到Firefox；装上一个再试: sudo apt-get install firefox-esr (no Firefox found; install it)"
ADDRESS = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
COLOURS = {"dark": 0, "light": 1, None: 2}
LARGEST = 2**30


def program() -> str | None:
    """The path of an installed Firefox; None when there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def launch():
    """Firefox without a window (Playwright's object); raises FileNotFoundError that says how to get one when there is none."""
    from playwright.sync_api import sync_playwright

    if program() is None:
        raise FileNotFoundError(ENABLE)
    python = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    with sync_playwright() as playwright:
        running = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=__file__,
            env={**os.environ, **python},
            firefox_user_prefs={"ui.useOverlayScrollbars": 1},  # as on a phone: they take no room
        )
        yield running
        running.close()


class Passing(WebSocketHandler):
    """From Playwright to Firefox and back."""

    def initialize(self, target: str):
        self.target = target
        self.numbers = itertools.count(10**12)  # Playwright counts from 1
        self.waiting = {}

    async def open(self):
        self.firefox = await websocket_connect(self.target, max_message_size=LARGEST)
        self.passing = asyncio.create_task(self.pass_back())

    async def pass_back(self):
        while (text := await self.firefox.read_message()) is not None:
            message = json.loads(text)
            if message.get("id") in self.waiting:
                self.waiting.pop(message["id"]).set_result(message)
            elif message.get("method") in {"browsingContext.downloadWillBegin", "browsingContext.downloadEnd"}:
                about = message["params"]
                about.setdefault("download", about["navigation"] or f"{about['context']} {about['url']}")
                await self.write_message(json.dumps(message))
            else:
                await self.write_message(text)
        self.close()

    async def on_message(self, text):
        message = json.loads(text)
        if message["method"] == "emulation.setMediaFeaturesOverride":
            # not awaited here: the answers that it waits for come only when this message is dealt with
            self.colouring = asyncio.create_task(self.colour(message))
        else:
            await self.firefox.write_message(text)

    async def colour(self, message: dict):
        try:
            await self.prefer(message["params"]["features"].get("prefers-color-scheme"))
            answer = {"type": "success", "result": {}}
        except Exception as problem:
            answer = {"type": "error", "error": "unknown error", "message": repr(problem)}
        await self.write_message(json.dumps({**answer, "id": message["id"]}))

    async def prefer(self, scheme: str | None):
        window = (await self.ask("browsingContext.getTree", {"moz:scope": "chrome"}))["contexts"][0]["context"]
        setting = f"Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', {COLOURS[scheme]})"
        await self.ask("script.evaluate", {"expression": setting, "target": {"context": window}, "awaitPromise": False})

    async def ask(self, method: str, params: dict) -> dict:
        number = next(self.numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.firefox.write_message(json.dumps({"id": number, "method": method, "params": params}))
        answer = await self.waiting[number]
        if answer["type"] == "error" or answer["result"].get("type") == "exception":
            raise RuntimeError(answer)
        return answer["result"]

    def on_close(self):
        self.firefox.close()


async def main(arguments: list[str]) -> int:
    running = await asyncio.create_subprocess_exec(
        program(), *arguments, "--remote-allow-system-access", stderr=asyncio.subprocess.PIPE, limit=2**20
    )
    async for line in running.stderr:
        if found := ADDRESS.search(line):
            sockets = bind_sockets(0, "127.0.0.1")
            target = found[1].decode() + "/session"
            application = Application([("/session", Passing, {"target": target})], websocket_max_message_size=LARGEST)
            HTTPServer(application).add_sockets(sockets)
            line = b"WebDriver BiDi listening on ws://127.0.0.1:%d\n" % sockets[0].getsockname()[1]
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
    return await running.wait()


if __name__ == "__main__":
    try:
        raise SystemExit(asyncio.run(main(sys.argv[1:])))
    except WebSocketClosedError:
        raise SystemExit(0) from None
