"""The settings file `hub.toml`: read, checked as a whole, and every fault named in both languages."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,23}")
"""Names with which people log in: student numbers and the like, in small letters. JupyterHub itself makes them small."""

ACCOUNT = re.compile(r"[a-z][a-z0-9-]{1,30}")
PREFIX = re.compile(r"[a-z][a-z0-9]{0,5}-")


class SettingsError(ValueError):
    """Settings that cannot be used: a line for each fault."""


@dataclass(frozen=True)
class Settings:
    """What `hub.toml` says; the comments there explain each."""

    title: str
    folder: Path
    instructors: tuple[str, ...]
    admins: tuple[str, ...]
    address: str
    port: int
    sign_up: bool
    memory_mb: int
    processors: float
    processes: int
    file_mb: int
    disk_mb: int
    servers: int
    idle_minutes: int
    homes: Path
    state: Path
    account_prefix: str
    grader: str

    @property
    def course(self) -> Path:
        """nbgrader's course folder: source, submissions, gradebook. Only the grader's account can enter it."""
        return self.folder / "course"

    @property
    def exchange(self) -> Path:
        """nbgrader's exchange, between the course and the students."""
        return self.folder / "exchange"

    @property
    def base_path(self) -> str:
        """The path of the hub in its address, with a slash at both ends."""
        path = urlsplit(self.address).path.strip("/")
        return f"/{path}/" if path else "/"

    @property
    def database(self) -> str:
        """The address of the hub's database for SQLAlchemy."""
        return f"sqlite:///{self.state / 'jupyterhub.sqlite'}"

    def account(self, login: str) -> str:
        """The system account of whoever logs in as `login`: never one that the system or a person has already."""
        return self.account_prefix + login


@dataclass(frozen=True)
class Kind:
    """What a value must be: said in Chinese and English, and a function that gives the value to use, None when it is wrong."""

    zh: str
    en: str
    take: Callable[[Any], Any]


def whole(low: int, high: int) -> Kind:
    return Kind(
        f"{low}到{high}之间的整数", f"a whole number from {low} to {high}", lambda v: v if type(v) is int and low <= v <= high else None
    )


def number(low: float, high: float) -> Kind:
    return Kind(
        f"{low:g}到{high:g}之间的数",
        f"a number from {low:g} to {high:g}",
        lambda v: float(v) if type(v) in (int, float) and low <= v <= high else None,
    )


def _path(value: Any) -> Path | None:
    return Path(value) if isinstance(value, str) and re.fullmatch(r"(/[\w.-]+)+", value) and ".." not in value.split("/") else None


def _logins(value: Any) -> tuple[str, ...] | None:
    good = isinstance(value, list) and value and all(isinstance(name, str) and LOGIN.fullmatch(name) for name in value)
    return tuple(dict.fromkeys(value)) if good else None


def _address(value: Any) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w.~-]+)*/?", value):
        return None
    try:
        return value if urlsplit(value).hostname and urlsplit(value).port != 0 else None
    except ValueError:
        return None


TEXT = Kind("不空的文字", "a text", lambda v: v if isinstance(v, str) and v.strip() else None)
YES_NO = Kind("true或false", "true or false", lambda v: v if isinstance(v, bool) else None)
FOLDER = Kind("从/开始的文件夹，名字里只有字母、数字和._-", "a folder that starts with /, of letters, digits and ._- only", _path)
LOGINS = Kind(
    '一列登录名，小写字母、数字和._-，最多24个字，如 ["teacher"]',
    'a list of login names of small letters, digits and ._-, at most 24 characters, such as ["teacher"]',
    _logins,
)
ADDRESS = Kind("http(s)://开头的地址", "an address that starts with http(s)://", _address)

KINDS: dict[str, dict[str, Kind]] = {
    "course": {"title": TEXT, "folder": FOLDER, "instructors": LOGINS, "admins": LOGINS},
    "site": {"address": ADDRESS, "port": whole(1024, 65532), "sign_up": YES_NO},
    "limits": {
        "memory_mb": whole(256, 1_048_576),
        "processors": number(0.1, 1024),
        "processes": whole(50, 100_000),
        "file_mb": whole(10, 1_048_576),
        "disk_mb": whole(0, 1_048_576),
        "servers": whole(1, 10_000),
        "idle_minutes": whole(5, 10_000),
    },
    "machine": {
        "homes": FOLDER,
        "state": FOLDER,
        "account_prefix": Kind(
            "一到六个小写字母或数字，再加一个-，如 hub-",
            "one to six small letters or digits and a hyphen, such as hub-",
            lambda v: v if isinstance(v, str) and PREFIX.fullmatch(v) else None,
        ),
        "grader": Kind(
            "一个系统账号名，小写字母、数字和-",
            "the name of a system account: small letters, digits and hyphens",
            lambda v: v if isinstance(v, str) and ACCOUNT.fullmatch(v) else None,
        ),
    },
}


def read(file: Path | str) -> Settings:
    """The settings in `file`; raises SettingsError that names every fault in it."""
    file = Path(file)
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}：读不了，{error.strerror} (cannot be read)") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}：不是UTF-8文字 (not UTF-8)") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}：写法不对，{error} (not valid TOML)") from error
    values: dict[str, Any] = {}
    faults = [*_unknown(given), *_checked(given, values)]
    if not faults:
        faults = list(_together(values))
    if faults:
        raise SettingsError("\n".join(f"{file}：{fault}" for fault in faults))
    return Settings(**values)


def _unknown(given: dict[str, Any]):
    for section, content in given.items():
        if section not in KINDS:
            yield f"没有[{section}]这一节{_meant(section, KINDS)} (no such section)"
        elif isinstance(content, dict):
            for key in content.keys() - KINDS[section].keys():
                yield f"[{section}]里没有{key}这一项{_meant(key, KINDS[section])} (no such setting)"


def _meant(word: str, known) -> str:
    close = get_close_matches(word, known, 1)
    return f"，是不是{close[0]}" if close else f"，有的是{'、'.join(known)}"


def _checked(given: dict[str, Any], values: dict[str, Any]):
    for section, kinds in KINDS.items():
        content = given.get(section, {})
        if not isinstance(content, dict):
            yield f"{section}要写成一节，[{section}] (must be a section)"
            continue
        for key, kind in kinds.items():
            if key not in content:
                yield f"[{section}]里缺{key}：{kind.zh} (missing: {kind.en})"
            elif (value := kind.take(content[key])) is None:
                yield f"{section}.{key}应当是{kind.zh}，现在是{content[key]!r} (must be {kind.en})"
            else:
                values[key] = value


def _together(values: dict[str, Any]):
    """Faults that only two settings together have."""
    folders = {f"{section}.{key}": values[key] for section, key in (("course", "folder"), ("machine", "homes"), ("machine", "state"))}
    for (one, first), (two, second) in (
        (a, b) for a in folders.items() for b in folders.items() if a[0] < b[0] and (a[1].is_relative_to(b[1]) or b[1].is_relative_to(a[1]))
    ):
        yield f"{one}和{two}不能一个在另一个里面：{first}、{second} (must not lie in one another)"
    if values["grader"].startswith(values["account_prefix"]):
        yield (
            f"machine.grader不能以{values['account_prefix']}开头，会和学生的账号重名 "
            "(must not start with machine.account_prefix: it could be a student's account)"
        )
