"""nbgrader's formgrader with safe buttons, in the place of `nbgrader.server_extensions.formgrader`.

Formgrader's own button for autograding runs students' code as whoever clicks it, and its button for feedback writes pages that
show hidden tests. Here both run the course's own commands, `course autograde` (the sandbox) and `course feedback`. All else is
nbgrader's. `server_extension.py` puts it there.
"""

import asyncio
import json
import os
import sys
from glob import escape
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader import apihandlers, formgrader
from tornado import web

LOCK = asyncio.Lock()
"""One run at a time: the gradebook is one file, and a run uses all processors by itself."""


class SafeHandler(apihandlers.BaseApiHandler):
    """A button that runs a `course` command in the course folder and answers as nbgrader's API does."""

    async def run(self, *arguments: str) -> None:
        self.set_header("Content-Type", "application/json")
        if self.settings["nbgrader_bad_setup"]:
            self.write_error(500)
            return
        async with LOCK:
            self.write(json.dumps(await course(self.coursedir.root, *arguments)))


class AutogradeHandler(SafeHandler):
    """Grade one student's submission in the sandbox, whether or not it is graded already; marks by hand stay."""

    @web.authenticated
    @apihandlers.check_xsrf
    async def post(self, assignment_id: str, student_id: str) -> None:
        await self.run("autograde", "--force", "--student", escape(student_id), "--", assignment_id)


class FeedbackHandler(SafeHandler):
    """Write the feedback of one student, or of all."""

    @web.authenticated
    @apihandlers.check_xsrf
    async def post(self, assignment_id: str, student_id: str | None = None) -> None:
        student = [] if student_id is None else ["--student", escape(student_id)]
        await self.run("feedback", *student, "--", assignment_id)


async def course(root: str, *arguments: str) -> dict[str, Any]:
    """Run the `course` command in the course folder `root`; what nbgrader's API would answer: success, log, error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from service_marketing.cli import app; app()",
        *arguments,
        cwd=root,
        env={**os.environ, "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode(errors="replace").strip()
    if process.returncode == 0:
        return {"success": True, "log": said}
    return {"success": False, "log": said, "error": said or f"course {' '.join(arguments)}: {process.returncode}"}


HANDLERS = (
    (r"/formgrader/api/submission/([^/]+)/([^/]+)/autograde", AutogradeHandler),
    (r"/formgrader/api/assignment/([^/]+)/generate_feedback", FeedbackHandler),
    (r"/formgrader/api/assignment/([^/]+)/([^/]+)/generate_feedback", FeedbackHandler),
)


def load(app: Any) -> None:
    """Add formgrader to the server `app`."""
    # the first rule that fits an address serves it, and formgrader has one that fits all of its own: so these come first
    app.web_app.add_handlers(".*$", [(url_path_join(app.web_app.settings["base_url"], path), handler) for path, handler in HANDLERS])
    formgrader.load_jupyter_server_extension(app)
