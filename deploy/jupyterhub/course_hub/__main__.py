"""The command `course-hub`, for whoever runs the server; as root."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from . import accounts, places, settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
SettingsFile = Annotated[Path, typer.Option("--settings", envvar="COURSE_HUB_SETTINGS", help="设置文件 (the settings file)")]
DEFAULT = Path("/etc/service-marketing-hub/hub.toml")


@app.command()
def check(file: SettingsFile = DEFAULT) -> None:
    """查设置、文件夹、账号和程序，缺的补上 (check everything, and make what is missing)."""
    with _faults():
        found = settings.read(file)
        course = places.prepare(found)
    print(f"课程 {course}：{found.course}，交换目录 {found.exchange} (course and exchange)")
    systemd = places.SYSTEMD.is_dir()
    print("限制：由systemd执行 (limits: by systemd)" if systemd else "限制：没有systemd，用控制组或逐个进程限制 (no systemd: other limits)")
    if found.disk_mb and not accounts.quotas():
        print(f"磁盘：文件系统没开配额，limits.disk_mb = {found.disk_mb} 不起作用 (no quotas: students' disk space has no limit)")
    if not shutil.which("bwrap"):
        print("批改：没有bubblewrap，course autograde不会批；apt install bubblewrap (no sandbox to grade in)")


@app.command()
def enrol(
    class_list: Annotated[
        Path | None, typer.Argument(help="班级名单，CSV或XLSX，有学号一列 (class list with the students' numbers)")
    ] = None,
    to: Annotated[Path, typer.Option("--passwords", help="初始密码写到哪个CSV (where first passwords go)")] = Path("passwords.csv"),
    file: SettingsFile = DEFAULT,
) -> None:
    """给设置里的教师和名单上的学生开账号，写一张初始密码表，学生也进成绩册；有账号的不动 (accounts for instructors and the class list)."""
    with _faults():
        found = settings.read(file)
        places.prepare(found)
        if to.exists():
            raise accounts.AccountError(f"{to} 已经有了，换个名字 (the file exists)")
        people = dict.fromkeys((*found.instructors, *found.admins), "")
        if class_list is not None:
            from service_marketing.classroom import roster

            listed = roster.read(class_list)
            for sentence in listed.left_out:
                print(sentence)
            students = {student.number.lower(): student.name for student in listed.students}
            people.update(students)
        new = accounts.enrol(found, people)
        if new:
            accounts.write_passwords(to, [(login, people[login], secret) for login, secret in new.items()])
        if class_list is not None:
            places.as_grader(found, places.ENROL, given=json.dumps(list(students.items())))
    where = f"；初始密码在 {to}，发完就删" if new else ""
    print(f"新开{len(new)}个账号，原有{len(people) - len(new)}个{where} (new accounts, known ones)")


@app.command()
def password(login: Annotated[str, typer.Argument(help="登录名 (login name)")], file: SettingsFile = DEFAULT) -> None:
    """忘了密码：换一个新的，显示一次 (a new password, shown once)."""
    with _faults():
        found = settings.read(file)
        with accounts.passwords(found) as session:
            known = accounts.known(session, [login])
        if not known:
            raise accounts.AccountError(f"没有账号 {login} (no such login)")
        print(accounts.enrol(found, [login], again=True)[login])


@app.command()
def chapters(
    course: Annotated[Path, typer.Argument(help="课程仓库 (a clone of the course)")],
    file: SettingsFile = DEFAULT,
) -> None:
    """各章做成笔记本，以后新开的主文件夹里都有一份 (put the chapters into new homes)."""
    from service_marketing.publishing import notebooks

    with _faults():
        found = settings.read(file)
        places.prepare(found)
        made = notebooks.refresh(course.resolve())
        shelf = found.state / "skel" / "课本"
        shutil.rmtree(shelf, ignore_errors=True)
        shelf.mkdir()
        for notebook in made:
            shutil.copy(notebook, shelf)
    print(f"{len(made)}章在 {shelf} (chapters)")


@contextmanager
def _faults() -> Iterator[None]:
    from service_marketing.classroom.assignments import AssignmentError

    try:
        yield
    except (settings.SettingsError, places.PlaceError, accounts.AccountError, AssignmentError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    os.umask(0o022)
    app()
