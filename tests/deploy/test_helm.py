"""What can be said of the files for Kubernetes without a cluster: they hold together, and say what the hub on one server says."""

import re
import stat
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml
from course_hub import settings
from traitlets.config import Config

from service_marketing.classroom import exchange

# Every setting that deploy/helm/values.yaml may use, as Zero to JupyterHub's reference of configuration spells it
CHART = {
    "custom",
    *(f"hub.{key}" for key in ("config", "activeServerLimit", "concurrentSpawnLimit", "db.type", "db.pvc.storage", "extraConfig")),
    *(f"singleuser.{key}" for key in ("cmd", "defaultUrl", "startTimeout", "fsGid", "image.name", "image.tag", "networkPolicy.enabled")),
    *(f"singleuser.{key}.{end}" for key in ("memory", "cpu") for end in ("limit", "guarantee")),
    *(f"singleuser.storage.{key}" for key in ("type", "capacity", "homeMountPath", "extraVolumes", "extraVolumeMounts")),
    "singleuser.cloudMetadata.blockWithIptables",
    *(f"cull.{key}" for key in ("enabled", "timeout", "every", "users")),
    *(f"proxy.{key}" for key in ("https.enabled", "https.hosts", "https.type", "https.letsencrypt.contactEmail", "service.type")),
    "scheduling.userScheduler.enabled",
}
FREE = {"custom", "hub.config", "hub.extraConfig"}


@pytest.fixture(scope="module")
def values(root):
    return yaml.safe_load((root / "deploy" / "helm" / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def documents(root):
    return list(yaml.safe_load_all((root / "deploy" / "helm" / "course-volume.yaml").read_text(encoding="utf-8")))


def leaves(tree, path=""):
    for key, value in tree.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict) and here not in FREE:
            yield from leaves(value, here)
        else:
            yield here


def test_the_chart_knows_every_setting(values):
    assert set(leaves(values)) <= CHART


def spawner(name):
    mounted = {"name": "course", "mountPath": "/srv/service-marketing/exchange", "subPath": "exchange"}
    return types.SimpleNamespace(
        user=types.SimpleNamespace(name=name), environment={}, volume_mounts=[mounted], notebook_dir="", container_security_context={}
    )


@pytest.fixture
def configured(values, monkeypatch):
    """The hub's configuration, as the code in the values makes it."""
    pytest.importorskip("nativeauthenticator", reason="pip install -e '.[hub]'")
    chart = types.ModuleType("z2jh")
    chart.get_config = lambda key: values["custom"][key.removeprefix("custom.")]
    monkeypatch.setitem(sys.modules, "z2jh", chart)
    config = Config()
    config.JupyterHub.load_roles = [{"name": "jupyterhub-idle-culler"}]
    exec(values["hub"]["extraConfig"]["course.py"], {"c": config})
    return config


def test_students_have_accounts_that_the_collector_knows(configured):
    for login in ("2025210101", "u2025210102"):
        assert configured.KubeSpawner.uid(spawner(login)) == exchange.uid_of(login) >= 100_000
    assert configured.KubeSpawner.uid(spawner("teacher")) == 1000


def test_students_see_the_exchange_and_instructors_the_course(configured, root):
    student, teacher = spawner("2025210101"), spawner("teacher")
    for one in (student, teacher):
        configured.KubeSpawner.pre_spawn_hook(one)
    assert [each["subPath"] for each in student.volume_mounts] == ["exchange"]
    assert [each["subPath"] for each in teacher.volume_mounts] == ["exchange", "course"]
    assert "JUPYTER_CONFIG_PATH" not in student.environment
    assert student.container_security_context == {}
    # the configuration in the image says what it says on one server
    files = root / "deploy" / "jupyterhub" / "single_user"
    for one, kind, login in ((student, "student", "2025210101"), (teacher, "instructor", "teacher")):
        for name in (f"{kind}/nbgrader_config.py", "everyone/jupyter_server_config.py"):
            loaded = execute(files / name, {**one.environment, "JUPYTERHUB_USER": login})
            if kind == "student" and "CourseDirectory" in loaded:
                assert loaded.CourseDirectory.course_id == "service-marketing"
                assert loaded.CourseDirectory.student_id == login
                assert loaded.Exchange.root == "/srv/service-marketing/exchange"
    assert execute(files / "instructor/nbgrader_config.py", teacher.environment).SafeCollect.account_prefix == "#"


def execute(file: Path, environment: dict[str, str]) -> Config:
    config = Config()
    fake = types.SimpleNamespace(environ=environment)
    code = file.read_text(encoding="utf-8").replace("import os\n", "")
    exec(code, {"get_config": lambda: config, "os": fake})
    return config


def test_roles_are_those_of_one_server(configured, root):
    own = {role["name"]: role for role in configured.JupyterHub.load_roles}
    assert "jupyterhub-idle-culler" in own
    server = (root / "deploy" / "jupyterhub" / "jupyterhub_config.py").read_text(encoding="utf-8")
    scopes = re.search(r'"course-admin".*?"scopes": (\[[^\]]*\])', server, re.DOTALL)[1]
    assert own["course-admin"]["scopes"] == yaml.safe_load(scopes)


def test_logins_are_those_of_one_server(values):
    assert values["hub"]["config"]["Authenticator"]["username_pattern"] == f"^{settings.LOGIN.pattern}$"


def test_the_volume_has_the_modes_of_one_server(documents, values, tmp_path):
    claim, job = documents
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert values["singleuser"]["storage"]["extraVolumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    script = job["spec"]["template"]["spec"]["containers"][0]["command"][-1]
    subprocess.run(["sh", "-nc", script], check=True)
    steps = [line for line in script.replace("/volume", str(tmp_path)).splitlines() if re.match(r"cd |mkdir |chmod ", line)]
    subprocess.run(["sh", "-euc", "\n".join(steps)], check=True)
    modes = {"course": 0o700, "exchange": 0o1777}
    modes |= {f"exchange/service-marketing/{name}": mode for name, mode in (("outbound", 0o755), ("inbound", 0o1733), ("feedback", 0o711))}
    assert {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in modes} == modes


def test_the_image_is_made_of_what_is_there(root, values, documents):
    recipe = (root / "deploy" / "container" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    assert re.match(r"python:3\.1[123]-slim-\w+$", re.search(r"^FROM (\S+)$", recipe, re.MULTILINE)[1])
    allowed = {
        line[1:] for line in (root / "deploy/container/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    for line in re.findall(r"^COPY (.+)$", recipe, re.MULTILINE):
        *sources, _ = line.split()
        for source in sources:
            assert (root / source).exists(), source
            assert source in allowed, source
    assert "--require-hashes" in recipe
    image = f"{values['singleuser']['image']['name']}:{values['singleuser']['image']['tag']}"
    assert documents[1]["spec"]["template"]["spec"]["containers"][0]["image"] == image
