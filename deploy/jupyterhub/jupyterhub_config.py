"""JupyterHub for one course on one server. Nothing here is to be changed: what differs from school to school is in hub.toml."""

import os
import secrets
import sys
from functools import partial
from pathlib import Path

import nativeauthenticator

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from course_hub import accounts, places, spawners  # noqa: E402
from course_hub import settings as hub_settings  # noqa: E402

c = get_config()  # noqa: F821  (JupyterHub defines it)

try:
    settings = hub_settings.read(os.environ.get("COURSE_HUB_SETTINGS", "/etc/service-marketing-hub/hub.toml"))
    course = places.prepare(settings)
except (hub_settings.SettingsError, places.PlaceError, accounts.AccountError) as error:
    sys.exit(str(error))

BIN = Path(sys.prefix) / "bin"
LOCAL = "http://127.0.0.1:{}"
WITH_SYSTEMD = places.SYSTEMD.is_dir()
HUB, PROXY, DESK = settings.port + 1, settings.port + 2, settings.port + 3


def unprivileged(user: str) -> list[str]:
    """What stands before a command so that it runs as `user` and can become nobody else."""
    found = accounts.pwd.getpwnam(user)
    return ["setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups", "--no-new-privs", "--"]


# --- Addresses: all on 127.0.0.1; nginx in front has the certificate

c.JupyterHub.bind_url = LOCAL.format(settings.port) + settings.base_path
c.JupyterHub.hub_bind_url = LOCAL.format(HUB)
c.JupyterHub.proxy_class = "configurable-http-proxy"
c.ConfigurableHTTPProxy.api_url = LOCAL.format(PROXY)
c.ConfigurableHTTPProxy.command = [*unprivileged("nobody"), str(places.NODE), str(places.PROXY)]
c.ConfigurableHTTPProxy.pid_file = str(settings.state / "proxy.pid")

# --- What the hub remembers

c.JupyterHub.db_url = settings.database
c.JupyterHub.cookie_secret_file = str(settings.state / "cookie_secret")
c.JupyterHub.cookie_max_age_days = 3
os.umask(0o022)

# --- Who may come in. JupyterHub's own checks on forged requests and framing stay as they are

c.JupyterHub.authenticator_class = "native"
c.JupyterHub.template_paths = [str(Path(nativeauthenticator.__file__).parent / "templates")]
c.JupyterHub.template_vars = {
    "announcement_login": f"{settings.title}：用学号和密码登录 (your student number and password)",
    "announcement_signup": "用自己的学号申请，老师批准后才能登录 (wait for your teacher's approval)",
}
c.Authenticator.allow_all = True  # whom NativeAuthenticator has authorised
c.Authenticator.username_pattern = f"^{hub_settings.LOGIN.pattern}$"
c.NativeAuthenticator.open_signup = False
c.NativeAuthenticator.enable_signup = settings.sign_up
c.NativeAuthenticator.minimum_password_length = 10
c.NativeAuthenticator.check_common_password = True
c.NativeAuthenticator.allowed_failed_logins = 5
c.NativeAuthenticator.seconds_before_next_try = 300

# --- Who may do what. Listed as users: whoever is taken off the list loses the role when the hub starts again

c.JupyterHub.load_roles = [
    # less than JupyterHub's own role admin, which enters students' servers: accounts, and stopping servers
    {"name": "course-admin", "users": list(settings.admins), "scopes": ["admin-ui", "admin:users", "list:users", "servers", "read:hub"]},
    {"name": "instructor", "users": list(settings.instructors), "scopes": [f"access:services!service={course}"]},
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
]


def first_page(handler):
    """Where people come after they log in: instructors to formgrader, everybody else ("") to their own server."""
    user = handler.current_user
    return f"{settings.base_path}services/{course}/lab?formgrader=true" if user and user.name in settings.instructors else ""


c.JupyterHub.default_url = first_page

# --- Students' servers

both = {
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "COURSE_ID": course,
    "COURSE_EXCHANGE": str(settings.exchange),
    "COURSE_ACCOUNT_PREFIX": settings.account_prefix,
    "COURSE_IDLE_SECONDS": str(settings.idle_minutes * 60),
}
threads = str(max(1, round(settings.processors)))  # else numpy starts one for each processor of the machine


def configured(kind: str) -> str:
    """The folders with Jupyter's configuration for a `kind` of server, the stronger first."""
    return os.pathsep.join(str(places.SINGLE_USER / name) for name in (kind, "everyone"))


c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.env_keep = ["TZ"]
c.Spawner.environment = {
    **both,
    "JUPYTER_CONFIG_PATH": configured("student"),
    "OMP_NUM_THREADS": threads,
    "OPENBLAS_NUM_THREADS": threads,
}
c.Spawner.disable_user_config = True
c.Spawner.pre_spawn_hook = partial(spawners.make_account, settings)
c.Spawner.mem_limit = settings.memory_mb * spawners.MB
c.Spawner.cpu_limit = settings.processors
c.Spawner.start_timeout = 90
c.Spawner.http_timeout = 90
c.JupyterHub.active_server_limit = settings.servers
c.JupyterHub.concurrent_spawn_limit = 20
c.JupyterHub.cleanup_servers = not WITH_SYSTEMD  # units of systemd outlive a restart of the hub
c.JupyterHub.cleanup_proxy = True

if WITH_SYSTEMD:
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.username_template = settings.account("{USERNAME}")
    c.SystemdSpawner.unit_name_template = settings.account("{USERNAME}")
    c.SystemdSpawner.default_shell = "/bin/bash"
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
    c.SystemdSpawner.disable_user_sudo = True
    c.SystemdSpawner.unit_extra_properties = spawners.unit_properties(settings)
else:
    c.JupyterHub.spawner_class = spawners.LimitedSpawner
    c.LimitedSpawner.settings = settings
    c.LimitedSpawner.process_limit = settings.processes
    c.LimitedSpawner.file_limit = settings.file_mb * spawners.MB

# --- The instructors' server (`desk`): one, in the course folder, as the account that owns it. In the hub's menu under Services.
# Students' submissions are run there by `course autograde` only, in its sandbox: formgrader's buttons call it, too.

desk_token = secrets.token_hex(32)
c.JupyterHub.services = [
    {"name": course, "url": LOCAL.format(DESK), "api_token": desk_token, "oauth_no_confirm": True},
    {
        "name": "course-desk",
        "user": settings.grader,
        "cwd": str(settings.course),
        "display": False,
        "command": [
            sys.executable, "-m", "course_hub.desk", course, LOCAL.format(DESK),
            str(BIN / "jupyterhub-singleuser"), f"--ServerApp.root_dir={settings.course}", "--ServerApp.default_url=/lab",
        ],
        "environment": {
            **both, "COURSE_DESK_TOKEN": desk_token, "PYTHONPATH": str(HERE), "JUPYTER_CONFIG_PATH": configured("instructor"),
        },
    },
    {
        "name": "idle-culler",
        "user": "nobody",
        "cwd": "/",
        "display": False,
        "command": [
            sys.executable, "-m", "jupyterhub_idle_culler",
            f"--timeout={settings.idle_minutes * 60}", f"--cull-every={min(300, settings.idle_minutes * 30)}",
        ],
    },
]  # fmt: skip
