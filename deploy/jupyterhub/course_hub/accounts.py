"""Accounts: a system account for whoever starts a server, and the names and passwords with which people log in."""

import csv
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .settings import LOGIN, Settings, SettingsError

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of which first passwords are made: none that looks like another on paper."""


class AccountError(RuntimeError):
    """A system account that cannot be made or must not be used."""


def ensure(settings: Settings, login: str) -> pwd.struct_passwd:
    """The system account of `login`, made when it is missing: nobody can log in to it but through the hub, and its home is its own."""
    if not LOGIN.fullmatch(login):
        raise AccountError(f"登录名 {login} 不行：小写字母、数字和._-，最多24个字 (not a possible login name)")
    name, home = settings.account(login), settings.homes / settings.account(login)
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        if home.exists():  # of somebody who had the name before
            raise AccountError(f"{home} 已经有了，却没有账号 {name} (the home is there, but not the account)") from None
        found = _add(name, "--create-home", "--home-dir", str(home), "--skel", str(settings.state / "skel"))
        os.chmod(home, 0o700)
        _set_quota(name, settings)
    if found.pw_uid < 1000 or Path(found.pw_dir) != home:
        raise AccountError(f"系统里的账号 {name} 不是这里建的，不能用 (the account was not made by the hub)")
    return found


def ensure_grader(settings: Settings) -> pwd.struct_passwd:
    """The account that owns the course, made when it is missing."""
    try:
        found = pwd.getpwnam(settings.grader)
    except KeyError:
        found = _add(settings.grader, "--system", "--user-group", "--no-create-home", "--home-dir", str(settings.folder / "grader"))
    if found.pw_uid == 0 or Path(found.pw_dir) != settings.folder / "grader":
        raise AccountError(
            f"系统账号 {settings.grader} 不是给 {settings.folder} 建的；在 machine.grader 换一个名字 (the account is not this course's own)"
        )
    return found


def _add(name: str, *options: str) -> pwd.struct_passwd:
    made = subprocess.run(["useradd", "--shell", "/usr/sbin/nologin", *options, name], capture_output=True, text=True)
    if made.returncode != 0:
        raise AccountError(f"建不了系统账号 {name}：{made.stderr.strip()} (useradd failed)")
    return pwd.getpwnam(name)


def _set_quota(name: str, settings: Settings) -> None:
    """Limit the account's disk space where file systems have quotas; `quotas` says whether they have."""
    if settings.disk_mb and shutil.which("setquota"):
        blocks = str(settings.disk_mb * 1024)
        subprocess.run(["setquota", "-u", name, blocks, blocks, "0", "0", "-a"], capture_output=True)


def quotas() -> bool:
    """Whether a file system of this machine has quotas for accounts, and the program that sets them is there."""
    if not shutil.which("setquota"):
        return False
    lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    return any({"usrquota", "quota", "uquota", "usrjquota"} & {o.split("=")[0] for o in line.split()[3].split(",")} for line in lines)


def end_processes(uid: int) -> None:
    """Kill what still runs under the user id: kernels that outlived their server, and what students put in the background."""
    if uid < 1000:
        raise AccountError(f"{uid} 不是学生的账号 (not a student's account)")
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and folder.stat().st_uid == uid:
                os.kill(int(folder.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue


@contextmanager
def passwords(settings: Settings):
    """A session of the hub's database with NativeAuthenticator's table in it; committed at the end."""
    from jupyterhub.orm import new_session_factory
    from nativeauthenticator.orm import UserInfo

    session = new_session_factory(settings.database)()  # makes the whole database where there is none
    try:
        os.chmod(settings.state / "jupyterhub.sqlite", 0o600)
        UserInfo.__table__.create(session.get_bind(), checkfirst=True)
        yield session
        session.commit()
    finally:
        session.close()


def known(session: Any, logins: Iterable[str]) -> set[str]:
    """Which of the `logins` have a password already."""
    from nativeauthenticator.orm import UserInfo

    return {login for login in logins if UserInfo.find(session, login)}


def enrol(settings: Settings, logins: Iterable[str], again: bool = False) -> dict[str, str]:
    """Let the `logins` in: whoever has no password gets one. Returns the new passwords by login.

    Who applied already is authorised and keeps the password chosen then. `again`: new passwords for all of them.
    Raises SettingsError that names every login which cannot be one.
    """
    import bcrypt
    from nativeauthenticator.orm import UserInfo

    logins = list(dict.fromkeys(logins))
    if wrong := [login for login in logins if not LOGIN.fullmatch(login)]:
        raise SettingsError(f"不能当登录名：{'、'.join(wrong)}。小写字母、数字和._-，最多24个字 (not possible as login names)")
    with passwords(settings) as session:
        before = known(session, logins)
    new = {login: _password() for login in logins if again or login not in before}
    # before the database is held for writing: a hash takes its time, and the hub would wait
    hashes = {login: bcrypt.hashpw(password.encode(), bcrypt.gensalt()) for login, password in new.items()}
    with passwords(settings) as session:
        for login in logins:
            info = UserInfo.find(session, login)
            if info is None:
                session.add(UserInfo(username=login, password=hashes[login], is_authorized=True))
            else:
                info.is_authorized = True
                info.password = hashes.get(login, info.password)
    return new


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def write_passwords(file: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    """A new CSV for Excel that only its owner can read: login, name, first password. Raises FileExistsError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["登录名", "姓名", "初始密码"])
        lines.writerows(rows)
