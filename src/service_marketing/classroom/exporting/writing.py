"""From the gradebook to the file."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from .. import course
from .. import marks as gradebook
from ..marks import Marks
from .filling import fill
from .fitting import fit
from .making import make
from .planning import KINDS, Plan, Values
from .platforms import ExportError, Platform, load, preset
from .reading import lost, reimport

FOLDER = "exported"
LISTED = 12


def plan(marks: Marks, platform: Platform) -> Plan:
    """The file for the assignments in `marks`, made from nothing or filled into the template that `platform` is fitted to.

    Raises ExportError when it cannot be made; nothing is written.
    """
    if platform.fit is None and platform.template == "required":
        raise ExportError(
            f"“{platform.title}”的成绩要填进平台自己的文件：先从平台下载模板或导出成绩，用 --template 给出来 (a template is needed)"
        )
    if not marks.assignments:
        raise ExportError("成绩册里还没有作业 (no assignment in the gradebook)")
    if not marks.students:
        raise ExportError("成绩册里还没有学生，先用名单登记 (no students in the gradebook)")
    values = Values(marks, platform)
    return fill(marks, platform, values) if platform.fit else make(marks, platform, values)


def write(plan: Plan, to: Path | str, overwrite: bool = False) -> Path:
    """Write the plan's file, all of it or nothing, after reading it back; returns its path.

    Raises ExportError when the file exists and is not to be overwritten, when it is the template, or has another ending than
    the format, and when what was read back is not what was planned.
    """
    to = Path(to)
    fitted = plan.platform.fit
    wanted = fitted.template.suffix.lower() if fitted else f".{plan.platform.format}"
    if to.suffix.lower() != wanted:
        raise ExportError(f"{to.name} 的扩展名应是 {wanted} (the file should end in {wanted})")
    if fitted and to.exists() and to.samefile(fitted.template):
        raise ExportError(f"{to} 就是模板本身，换一个文件名，模板要留着 (that is the template itself)")
    if to.exists() and not overwrite:
        raise ExportError(f"{to} 已经有了；要换掉就加 --overwrite (the file exists)")
    part = to.with_name(f".{to.stem}.{os.getpid()}.part{to.suffix}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(plan.data)
        if problems := lost(plan, reimport(part, plan.platform)):
            raise ExportError("写出的文件读回来不一样，没有保存 (read back, the file is another):\n" + "\n".join(problems[:LISTED]))
        if overwrite:
            os.replace(part, to)
        else:
            _put_new(part, to)
    except FileExistsError:
        raise ExportError(f"{to} 已经有了；要换掉就加 --overwrite (the file exists)") from None
    except OSError as error:
        raise ExportError(f"{to} 写不了：{error.strerror}；在Excel里打开着就先关掉 (cannot write the file)") from error
    finally:
        part.unlink(missing_ok=True)
    return to


def _put_new(part: Path, to: Path) -> None:
    try:
        os.link(part, to)  # unlike a rename, it fails when somebody made the file meanwhile
    except FileExistsError:
        raise
    except OSError:  # not every file system has links
        os.replace(part, to)


@dataclass(frozen=True)
class Options:
    """What the command line says besides: None stands for what the mapping file says."""

    out_of: str | float | None = None
    decimals: int | None = None
    missing: str | None = None


def with_options(platform: Platform, options: Options) -> Platform:
    """`platform` with what the instructor wants otherwise; raises ExportError for values that will not do."""
    scale, empty = platform.scale, platform.empty
    if options.out_of is not None:
        if not isinstance(options.out_of, str) and not 0 < options.out_of <= 1e6:
            raise ExportError(f"满分 {options.out_of} 应大于0 (must be above 0)")
        scale = replace(scale, out_of=options.out_of)
    if options.decimals is not None:
        if not 0 <= options.decimals <= 6:
            raise ExportError("小数位数应在0到6之间 (decimals from 0 to 6)")
        scale = replace(scale, decimals=options.decimals)
    if options.missing is not None:
        empty = {**empty, "missing": options.missing}
    changed = replace(platform, scale=scale, empty=empty)
    # a scale that the instructor names wins over the one that the template says
    return replace(changed, fit=replace(changed.fit, out_of={})) if changed.fit and options.out_of is not None else changed


def prepare(
    marks: Marks,
    platform: Platform,
    template: Path | str | None = None,
    columns: Mapping[str, str] | None = None,
    options: Options = Options(),
) -> Plan:
    """The plan for `marks`, fitted to the `template` if there is one; see `fit` for `columns`."""
    if template is not None:
        names = [work.name for work in marks.assignments]
        platform = fit(template, platform, names, columns, [person.number for person in marks.students])
    elif columns:
        raise ExportError("--column 只在填模板时有用，加上 --template (only with a template)")
    return plan(marks, with_options(platform, options))


def export(
    root: Path,
    platform: str | Path | Platform,
    assignments: Sequence[str] = (),
    to: Path | str | None = None,
    template: Path | str | None = None,
    columns: Mapping[str, str] | None = None,
    options: Options = Options(),
    overwrite: bool = False,
    preview: bool = False,
) -> tuple[Plan, Path | None]:
    """Export the marks of the course folder `root`: the plan, and the file that was written (None for a `preview`).

    `platform`: a preset's name, or the path of a mapping file (.toml); `assignments`: all when none is named; `to`: in the
    folder `exported` of the course unless given. Raises AssignmentError (ExportError) before anything is written.
    """
    if isinstance(platform, Path) or (isinstance(platform, str) and platform.endswith(".toml")):
        platform = load(platform)
    elif isinstance(platform, str):
        platform = preset(platform)
    marks = gradebook.read(root, assignments)
    made = prepare(marks, platform, template, columns, options)
    if preview:
        return made, None
    ending = Path(template).suffix.lower() if template else f".{platform.format}"
    name = "+".join(made.assignments) if assignments else "all"
    to = Path(to) if to is not None else Path(root) / FOLDER / f"{platform.name}-{name}{ending}"
    file = write(made, to, overwrite)
    for work in made.assignments:
        course.set_stamp(Path(root), f"export {work}", marks.fingerprint(work))
    return made, file


def table(plan: Plan) -> Table:
    """What the instructor should know about the file, for the terminal."""
    shown = Table(title=f"{plan.platform.title}：{plan.written}个成绩 (scores)", title_justify="left")
    shown.add_column("说明 what")
    shown.add_column("数 number", justify="right")
    shown.add_column("哪些 which", overflow="fold")
    for kind, title in KINDS.items():
        found = [remark.text for remark in plan.remarks if remark.kind == kind]
        if found:
            more = f" …等{len(found)}个 ({len(found)} in all)" if len(found) > LISTED else ""
            shown.add_row(title, str(len(found)), "；".join(found[:LISTED]).replace("[", r"\[") + more)
    return shown
