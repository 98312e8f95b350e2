"""What holds the repository together: pins that agree, commands that exist, licences that are named, checks that can fail."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command
from typer.testing import CliRunner

from service_marketing import cli

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"), ("win32", "nt", "Windows"))
ENTRY = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+?))?(?: \\)?$")
GUIDES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
BUILD_TOOLS = {
    "esbuild",
    "purgecss",
    "@babel/core",
    "babel-plugin-htm",
    "axe-core",
    "binaryen",
}  # npm packages that run when the book is built; nothing of theirs is in it
needs_make = pytest.mark.skipif(not shutil.which("make") or os.name != "posix", reason="needs make")


# --- Pins


def environment(python: str = "3.12", platform: tuple[str, str, str] = PLATFORMS[0]) -> dict[str, str]:
    """What a marker is evaluated against: CPython `python` on `platform`."""
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
        **dict(zip(("sys_platform", "os_name", "platform_system"), platform, strict=True)),
    }


def direct(*extras: str) -> list[Requirement]:
    """The direct dependencies of the package and of the named extras."""
    optional = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in [*PROJECT["dependencies"], *(line for extra in extras for line in optional[extra])]]


def lock(name: str) -> list[tuple[str, str, Marker | None, list[str]]]:
    """The entries of a lock file: name, version, marker and hashes."""
    entries: list[tuple[str, str, Marker | None, list[str]]] = []
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if found := ENTRY.match(line):
            marker = Marker(found["marker"]) if found["marker"] else None
            entries.append((canonicalize_name(found["name"]), found["version"], marker, []))
        elif found := re.fullmatch(r"    --hash=(sha256:[0-9a-f]{64})(?: \\)?", line):
            entries[-1][3].append(found[1])
        elif line.strip():
            raise AssertionError(f"requirements/{name}.txt: {line!r} is neither a pin nor a hash")
    return entries


def pins(name: str, where: dict[str, str]) -> dict[str, str]:
    """Which version of each package the lock file `name` installs in the environment `where`."""
    found = [(package, version) for package, version, marker, _ in lock(name) if marker is None or marker.evaluate(where)]
    assert len(found) == len(dict(found)), "a package is pinned twice"
    return dict(found)


@pytest.mark.parametrize("platform", PLATFORMS, ids=[p[2] for p in PLATFORMS])
@pytest.mark.parametrize("python", PYTHONS)
def test_lock_files_pin_every_direct_dependency_alike(python, platform):
    where = environment(python, platform)
    course, dev = pins("course", where), pins("dev", where)
    assert course.items() <= dev.items()
    for pinned, wanted in ((course, direct("book", "grading")), (dev, direct(*PROJECT["optional-dependencies"]))):
        for requirement in wanted:
            version = pinned.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not locked"
            assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is locked at {version}"


@pytest.mark.parametrize("name", ["course", "dev", "hub", "lite"])
def test_lock_files_have_hashes_and_name_no_host(name):
    entries = lock(name)
    assert len(entries) > (100 if name != "lite" else 5)
    assert [package for package, _, _, hashes in entries if not hashes] == []
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert re.search(r"://|-index|--find-links|--trusted-host|^-e| @ ", text, re.MULTILINE) is None


def test_environment_for_conda_has_the_same_versions():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda["name"] == PROJECT["name"]
    assert conda["channels"] == ["conda-forge", "nodefaults"]
    python, pip, packages = conda["dependencies"]
    assert pip == "pip"
    version = python.removeprefix("python=")
    assert version in PYTHONS

    *pinned, itself = packages["pip"]
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", itself)[1].split(",")
    assert extras == ["book", "grading"]
    locked = pins("course", environment(version))
    wanted = {
        f"{requirement.name}{'[' + ','.join(sorted(requirement.extras)) + ']' if requirement.extras else ''}=={locked[requirement.name]}"
        for requirement in direct(*extras)
    }
    assert sorted(pinned) == sorted(wanted)


def test_pythons_are_the_same_everywhere():
    classifiers = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)]
    assert classifiers == list(PYTHONS)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"python(3\.\d+)", makefile.split("help:")[0]))) == list(PYTHONS)
    first, last = PYTHONS[0], PYTHONS[-1]
    low, high = Requirement(f"python{PROJECT['requires-python']}").specifier, last.split(".")
    assert all(low.contains(f"{python}.9") for python in PYTHONS)
    assert not low.contains(f"{high[0]}.{int(high[1]) + 1}.0")
    for guide in GUIDES[:2]:
        assert f"{first}–{last}" in (ROOT / guide).read_text(encoding="utf-8")


def test_npm_packages_are_exact_and_without_addresses():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert wanted
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, entry in locked.items():
        assert "resolved" not in entry, name
        assert name == "" or entry["integrity"].startswith("sha512-"), name


# --- Commands


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())


def snippets(text: str) -> str:
    """The code in a Markdown text, spans and blocks, a line each."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *spans])


def pages() -> list[Path]:
    return [*(ROOT / guide for guide in GUIDES), *ROOT.glob("chapters/*/*.md"), *ROOT.glob("book/*/*.md"), ROOT / "data/README.md"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_the_texts_name_exist(page):
    code = snippets(page.read_text(encoding="utf-8"))
    assert set(re.findall(r"^(?:\$ )?make ([a-z][\w-]*)", code, re.MULTILINE)) <= targets()
    named = re.findall(r"^(?:\.venv[\\/]\w+[\\/])?course ([a-z][\w-]*)", code, re.MULTILINE)
    assert set(named) <= set(get_command(cli.app).commands)


@pytest.mark.parametrize("guide", GUIDES[:2])
def test_readmes_name_the_two_commands_and_the_steps_for_windows(guide):
    code = snippets((ROOT / guide).read_text(encoding="utf-8"))
    for command in ("make serve", "make test", r".venv\Scripts\course serve", r".venv\Scripts\course lab", "conda env create"):
        assert re.search(rf"^{re.escape(command)}\b", code, re.MULTILINE), command
    extras = re.search(r"pip install -e \"\.\[([\w,]+)\]\"", code)[1].split(",")
    assert set(extras) <= PROJECT["optional-dependencies"].keys()


def test_commands_of_the_makefile_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = set(re.findall(r"\$\(BIN\)/course ([\w-]+)", makefile))
    assert {"serve", "book", "lab", "grade-demo"} <= called <= set(get_command(cli.app).commands)
    assert targets() <= {"help", *re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}
    explained = set(re.findall(r'^\t@echo "make ([\w-]+) ', makefile, re.MULTILINE))
    assert explained <= targets()
    assert {"serve", "test", "book", "lab", "grade-demo", "lint", "clean"} <= explained


@pytest.mark.parametrize("guide", [*GUIDES, "LICENSES/README.md", "data/README.md", "data/README.en.md"])
def test_links_of_the_guides_lead_somewhere(guide):
    path = ROOT / guide
    for target in re.findall(r"\]\((?!https?://)([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_picture_of_the_page_is_light():
    picture = ROOT / "book" / "cover.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= 200_000
    for guide in GUIDES[:2]:
        alt = re.search(r"!\[([^\]]*)\]\(book/cover\.png\)", (ROOT / guide).read_text(encoding="utf-8"))[1]
        assert len(alt) > 30


def run(*arguments: str):
    result = CliRunner().invoke(cli.app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("command", ["book", "serve", "lab"])
def test_wrong_folder_is_named_with_what_it_lacks(command, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        result = run(command, "--folder", str(folder))
        assert result.exit_code == 1
        assert str(folder) in result.output
        assert "_toc.yml" in result.output


@pytest.mark.parametrize("command", ["book", "serve", "lab"])
def test_unknown_language_says_which_exist(command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: pytest.fail("JupyterLab was started"))
    result = run(command, "--folder", str(ROOT), "--language", "fr")
    assert result.exit_code in (1, 2)
    assert "fr" in result.output
    existing = [path.name for path in (ROOT / "chapters").iterdir() if path.is_dir()]
    assert existing
    assert all(re.search(rf"\b{language}\b", result.output) for language in existing)


def test_unknown_assignment_says_which_exist():
    result = run("assign", "99-nothing", "--exercises", str(ROOT / "exercises"))
    assert result.exit_code == 1
    assert "99-nothing" in result.output
    for assignment in (ROOT / "exercises").glob("*/assignment.md"):
        assert assignment.parent.name in result.output


def test_unknown_command_and_bad_port_are_refused():
    assert run("boook").exit_code == 2
    assert run("serve", "--port", "70000").exit_code == 2


# --- Licences


def licences() -> list[tuple[str, str, list[str]]]:
    """The rows of the table in LICENSES/README.md: what, licence, and the paths it is about."""
    text = (ROOT / "LICENSES" / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    return [(what, licence, re.findall(r"`([^`]+)`", where)) for what, where, licence in rows]


def repository_files() -> list[Path]:
    """What git knows or would add."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def is_binary(path: Path) -> bool:
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in content


def test_every_binary_file_stands_under_a_named_licence():
    binary = [path.relative_to(ROOT).as_posix() for path in repository_files() if is_binary(path)]
    assert any(name.startswith("src/service_marketing/fonts/") for name in binary)
    for name in binary:
        found = [licence for _, licence, paths in licences() if any(name.startswith(path) for path in paths)]
        assert found, f"{name}: LICENSES/README.md does not say under which licence it stands"
        if name.endswith((".otf", ".ttf", ".ttc", ".woff", ".woff2")):
            assert "Open Font License" in found[0], name


def test_licences_that_are_named_are_there():
    named = {file for _, licence, _ in licences() for file in re.findall(r"`([\w./-]+)`", licence)}
    texts = {path.name for path in (ROOT / "LICENSES").glob("*.txt")}
    assert texts <= named
    assert all((ROOT / file if file.startswith("data/") else ROOT / "LICENSES" / file).exists() for file in named)
    assert PROJECT["license"] == "BSD-3-Clause"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License")
    for _, _, paths in licences():
        assert all((ROOT / path).exists() for path in paths)


def test_npm_packages_in_the_site_are_named_with_their_licences():
    text = (ROOT / "LICENSES" / "README.md").read_text(encoding="utf-8")
    text = " ".join(text[text.index("Copied into the built site") :].split())
    from_npm = text.partition("from npm")[2].partition("from PyPI")[0]
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = {**package.get("dependencies", {}), **package.get("devDependencies", {})}.keys() - BUILD_TOOLS
    short = {name: name.rpartition("/")[2].split("-")[0] for name in names}
    for name, word in short.items():
        said = re.search(rf"\b{word}\b[^(]*\(([^)]+)\)", from_npm, re.IGNORECASE)
        assert said, f"{name} is not named"
        assert locked[f"node_modules/{name}"]["license"] in said[1], name
    packages = {word.lower() for word in re.findall(r"[\w-]+(?= \()|\w+-\w+(?= and )", from_npm)} - {"packages", "fonts"}
    gone = packages - set(short.values()) - {name.rpartition("node_modules/")[2] for name in locked}
    assert gone == set(), "named, but no longer used"


def test_every_table_has_a_licence_and_a_source():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {path.name for path in (ROOT / "data").iterdir() if path.suffix in (".csv", ".parquet")} <= {
        resource["path"] for resource in package["resources"]
    }
    for resource in package["resources"]:
        assert all(licence.get("title") and (licence.get("name") or licence.get("path")) for licence in resource["licenses"])
        assert resource["licenses"], resource["name"]
        assert resource["sources"], resource["name"]
        assert all(source["title"] for source in resource["sources"])


# --- The checks themselves


def fake(folder: Path, name: str, script: str) -> None:
    """A program called `name` in `folder` that runs `script`."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
@pytest.mark.parametrize("code", [0, 2])
def test_ci_runs_make_test_and_fails_with_it(tmp_path, code):
    script = tmp_path / "clone" / ".ci" / "run"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", script)
    programs = tmp_path / "bin"
    programs.mkdir()
    fake(programs, "make", f'echo "$PWD: make $*"\nexit {code}')
    result = subprocess.run(
        [script], cwd=tmp_path, env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}, capture_output=True, text=True
    )
    assert result.returncode == code
    assert result.stdout == f"{(tmp_path / 'clone').resolve()}: make test\n"


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_ci_script_can_be_run():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -eo pipefail" in script.read_text(encoding="utf-8")


@pytest.fixture
def bare(tmp_path):
    """A function that runs make on the Makefile alone, where only the Pythons in `pythons` (their versions, exit codes) are on PATH."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()

    def make(*arguments: str, **pythons: int):
        for name, code in pythons.items():
            fake(programs, name.replace("_", "."), f"exit {code}")
        return subprocess.run(
            [shutil.which("make"), *arguments, ".venv/bin/python"],
            cwd=tmp_path,
            env={"PATH": str(programs), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
        )

    return make


@needs_make
def test_make_says_which_python_it_needs_when_there_is_none(bare):
    for result in (bare(), bare(python3=1, python3_12=1)):
        assert result.returncode != 0
        assert "Python 3.11–3.13 with venv is needed" in result.stdout
        assert "[1/3]" not in result.stdout


@needs_make
def test_make_takes_the_first_python_that_fits(bare):
    result = bare("-n", python3=0, python3_12=0, python3_13=1)
    assert result.returncode == 0
    assert "python3.12 -m venv .venv" in result.stdout


@needs_make
def test_make_judges_a_python_by_its_version(tmp_path):
    question = re.search(r"-c '(import sys, .+?)'", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    for version, fits in (((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False), ((2, 7), False)):
        code = f"import sys; sys.version_info = {(*version, 1)}; exec({question!r})"
        assert (subprocess.run([sys.executable, "-c", code]).returncode == 0) is fits, version


def test_hooks_run_what_is_installed_and_fetch_nothing():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    installed = {canonicalize_name(name) for name, *_ in lock("dev")}
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    tools = set()
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert "additional_dependencies" not in hook
        tools.add(hook["entry"].split()[0])
    assert tools == {"ruff", "nbstripout", "mdformat"}
    assert tools | {"mdformat-myst", "pre-commit"} <= installed


def test_who_installs_the_book_extra_can_make_its_wheel():
    """`course book` builds the wheel without a build environment of its own; not everyone comes by way of `make`."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {Requirement(line).name for line in pyproject["build-system"]["requires"]}
    assert needed <= {Requirement(line).name for line in PROJECT["optional-dependencies"]["book"]}
