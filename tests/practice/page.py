"""MicroPython as the book's pages run it beside a reader's code."""

import json
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


class MicroPython:
    def __init__(self):
        self.process = subprocess.Popen(
            ["node", HERE / "micropython.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=HERE
        )

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "MicroPython ended"
        return json.loads(line)

    def explain(self, source: str, language: str = "zh") -> dict:
        return self.ask(name="_explain", question={"source": source, "language": language})

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
