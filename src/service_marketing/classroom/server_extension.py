"""What the course adds to a Jupyter server: formgrader with safe buttons, where nbgrader is installed.

`jupyter_server_config.json` beside this file, installed with the package, puts it in the place of nbgrader's own formgrader.
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "service_marketing.classroom.server_extension"}]


def _load_jupyter_server_extension(app: Any) -> None:
    try:
        from . import formgrader
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "nbgrader":
            raise
        return  # a learner's: nobody grades here
    formgrader.load(app)
