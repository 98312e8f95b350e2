"""What is left out at the start is there when somebody asks for it."""

import subprocess
import sys
import zipfile


def run(program: str, *arguments: object) -> str:
    """What `program` prints in an interpreter of its own, once nbgrader is importable the lean way."""
    text = f"import sys\nfrom service_marketing.grading import lean\nlean.nbgrader()\n{program}"
    done = subprocess.run([sys.executable, "-c", text, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nbgrader_starts_without_servers_grammars_and_setuptools():
    left_out = "jupyter_server", "rfc3987_syntax.syntax_helpers", "setuptools", "nbgrader.server_extensions"
    program = f"import nbgrader, service_marketing.grading.engine\nprint([name for name in {left_out!r} if name in sys.modules])"
    assert run(program) == "[]\n"


def test_archives_can_be_unpacked_all_the_same(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("inner/text.txt", "text")
    program = (
        "import os\nfrom nbgrader import utils\n"
        "for name in ('one', 'two'):\n"
        "    os.mkdir(sys.argv[2] + name)\n"
        "    utils.unzip(sys.argv[1], sys.argv[2] + name)\n"
        "import setuptools.archive_util as real\n"
        "print(real.__file__ is not None, hasattr(real, 'UnrecognizedFormat'))"
    )
    assert run(program, tmp_path / "a.zip", f"{tmp_path}/") == "True True\n"
    for name in ("one", "two"):
        assert next((tmp_path / name).rglob("text.txt")).read_text() == "text"


def test_the_version_is_nbgraders():
    program = "import nbgrader, importlib.metadata\nprint(nbgrader.__version__ == importlib.metadata.version('nbgrader'))"
    assert run(program) == "True\n"
