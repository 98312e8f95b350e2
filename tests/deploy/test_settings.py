"""The hub's settings and what depends on them alone: no hub is started, and nobody need be root."""

import asyncio
import json
import tomllib

import pytest
from course_hub import desk, places, settings

from service_marketing.publishing import notebooks


@pytest.fixture
def text(root):
    return (root / "deploy" / "jupyterhub" / "hub.toml").read_text(encoding="utf-8")


def fault(tmp_path, text) -> str:
    file = tmp_path / "hub.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(settings.SettingsError) as caught:
        settings.read(file)
    return str(caught.value)


def test_settings_that_come_with_the_course_are_right(root):
    found = settings.read(root / "deploy" / "jupyterhub" / "hub.toml")
    assert found.account("2025210101") == "hub-2025210101"
    assert found.base_path == "/"
    assert found.memory_mb == 1024


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("memory_mb = 1024", 'memory_mb = "1G"', ("limits.memory_mb", "256到1048576", "from 256 to 1048576", "'1G'")),
        ("memory_mb = 1024", "memory_mb = 10", ("limits.memory_mb", "10")),
        ("memory_mb = 1024", "", ("memory_mb", "缺", "missing")),
        ("memory_mb = 1024", "memory_mb = true", ("limits.memory_mb", "True")),
        ("processors = 1.0", "processors = 0", ("limits.processors",)),
        ("port = 8000", "port = 80", ("site.port", "1024到65532")),
        ('instructors = ["teacher"]', "instructors = []", ("course.instructors", "a list of login names")),
        ('instructors = ["teacher"]', 'instructors = ["Teacher Wang"]', ("course.instructors",)),
        ('address = "https://hub.example.edu/"', 'address = "hub.example.edu"', ("site.address", "http(s)")),
        ('folder = "/srv/service-marketing"', 'folder = "srv"', ("course.folder",)),
        ('folder = "/srv/service-marketing"', 'folder = "/srv/../etc"', ("course.folder",)),
        ('folder = "/srv/service-marketing"', 'folder = "/home/course"', ("course.folder", "machine.homes", "must not lie in one another")),
        ('account_prefix = "hub-"', 'account_prefix = ""', ("machine.account_prefix",)),
        ('grader = "course-grader"', 'grader = "hub-grader"', ("machine.grader", "hub-")),
        ("sign_up = true", 'sign_up = "yes"', ("site.sign_up", "true或false")),
        ("idle_minutes = 60", "idle_minuts = 60", ("idle_minuts", "是不是idle_minutes", "no such setting")),
        ("[limits]", "[limit]", ("[limit]", "是不是limits", "no such section")),
        ("[limits]", "[limits", ("TOML", "line")),
    ],
)
def test_wrong_settings_are_named_with_what_they_should_be(tmp_path, text, old, new, said):
    assert text.count(old) == 1
    message = fault(tmp_path, text.replace(old, new))
    for part in ("hub.toml", *said):
        assert part in message


def test_all_faults_are_named_at_once(tmp_path, text):
    message = fault(tmp_path, text.replace("port = 8000", "port = 0").replace("servers = 60", "servers = 0"))
    assert "site.port" in message
    assert "limits.servers" in message
    assert len(message.splitlines()) == 2


def test_missing_and_unreadable_files_are_named(tmp_path):
    with pytest.raises(settings.SettingsError, match=r"hub\.toml.*cannot be read"):
        settings.read(tmp_path / "hub.toml")
    (tmp_path / "gbk.toml").write_bytes("# 设置".encode("gbk"))
    with pytest.raises(settings.SettingsError, match="UTF-8"):
        settings.read(tmp_path / "gbk.toml")


@pytest.mark.parametrize(
    ("address", "base"), [("https://a.edu/", "/"), ("https://a.edu", "/"), ("http://a.edu:8080/jupyter/sm/", "/jupyter/sm/")]
)
def test_the_hub_may_have_a_path(tmp_path, text, address, base):
    (tmp_path / "hub.toml").write_text(text.replace("https://hub.example.edu/", address), encoding="utf-8")
    assert settings.read(tmp_path / "hub.toml").base_path == base


def test_a_folder_that_students_cannot_enter_is_named(tmp_path):
    tmp_path.chmod(0o755)
    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    assert places.barred(closed / "inside") is not None
    with pytest.raises(places.PlaceError, match="not everybody can enter"):
        places.check_reach([closed / "inside"])


def test_students_get_the_settings_of_course_lab(root):
    shipped = root / "deploy" / "jupyterhub" / "single_user" / "everyone" / "labconfig" / "default_setting_overrides.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == notebooks.lab_settings("zh")


def test_the_desk_is_the_service_whose_name_it_bears():
    given = {"JUPYTERHUB_BASE_URL": "/class/", "JUPYTERHUB_SERVICE_NAME": "course-desk", desk.TOKEN: "secret", "PYTHONPATH": "/x"}
    made = desk.environment("sm", "http://127.0.0.1:1", given)
    assert made["JUPYTERHUB_SERVICE_PREFIX"] == "/class/services/sm/"
    assert made["JUPYTERHUB_API_TOKEN"] == "secret"
    assert desk.TOKEN not in made
    assert "PYTHONPATH" not in made
    assert json.loads(made["JUPYTERHUB_OAUTH_ACCESS_SCOPES"]) == ["access:services!service=sm"]


def test_systemd_is_told_every_limit(root, tmp_path, monkeypatch):
    """Where systemd runs, SystemdSpawner hands the limits to systemd-run; here a program of that name only writes them down."""
    systemdspawner = pytest.importorskip("systemdspawner", reason="pip install -e '.[hub]'")
    from course_hub import spawners
    from systemdspawner import systemd

    told = tmp_path / "told"
    for name, script in (("systemd-run", f'printf "%s\\n" "$@" > {told}'), ("systemctl", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    found = settings.read(root / "deploy" / "jupyterhub" / "hub.toml")
    asyncio.run(
        systemd.start_transient_service(
            "hub-1", ["/bin/true"], [], "/", properties={"MemoryMax": 1, **spawners.unit_properties(found)}, uid=5000, gid=5000
        )
    )
    lines = told.read_text(encoding="utf-8").splitlines()
    for line in ("TasksMax=200", "OOMPolicy=continue", "LimitFSIZE=209715200", "UMask=0077", "MemorySwapMax=0"):
        assert f"--property={line}" in lines
    assert "--uid=5000" in lines
    assert hasattr(systemdspawner, "SystemdSpawner")


def test_the_proxy_is_locked_without_addresses(root):
    folder = root / "deploy" / "jupyterhub"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, entry in locked.items():
        assert "resolved" not in entry, name
        assert name == "" or entry["integrity"].startswith("sha512-"), name


def test_the_shell_script_and_the_unit_name_what_is_there(root):
    folder = root / "deploy" / "jupyterhub"
    unit = (folder / "service-marketing-hub.service").read_text(encoding="utf-8")
    script = (folder / "install.sh").read_text(encoding="utf-8")
    home = "/opt/service-marketing"
    assert f"home={home}\n" in script
    assert f"{home}/source/deploy/jupyterhub/jupyterhub_config.py" in unit
    for part in script.split("for part in ")[1].split(";")[0].split():
        assert (root / part).exists(), part
    assert f"http://127.0.0.1:{tomllib.loads((folder / 'hub.toml').read_text())['site']['port']}" in (folder / "nginx.conf").read_text()
