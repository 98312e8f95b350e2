"""`python -m service_marketing.panel`: makes the files of `data/` again, or with --check compares them."""

import argparse
import sys
from pathlib import Path

from service_marketing import datasets

from .files import differences, write
from .simulation import SEED


def main(arguments: list[str] | None = None) -> int:
    """Runs the command with `arguments` and returns its exit code: 0, or 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(
        prog="python -m service_marketing.panel",
        description="重新生成课程数据 (make the course's data files again)",
    )
    parser.add_argument("directory", nargs="?", help="写到哪个文件夹，默认是课程自己的 (where to; the course's own folder by default)")
    parser.add_argument("--check", action="store_true", help="只比较，不写 (compare only, write nothing)")
    parser.add_argument("--seed", type=int, default=SEED, help="随机种子 (seed), %(default)s")
    parser.add_argument("--guests", type=int, default=6000, help="客人数 (guests), %(default)s")
    parser.add_argument("--months", type=int, default=24, help="月数 (months), %(default)s")
    parser.add_argument(
        "--packages",
        action="append",
        metavar="FOLDER",
        help="已发表的表所在的包解压在哪里，可多次给出；没有的包，照抄现有的文件 (where packages with published tables lie unpacked)",
    )
    chosen = parser.parse_args(arguments)
    draw = {"seed": chosen.seed, "guests": chosen.guests, "months": chosen.months}
    if chosen.directory is None and draw != {name: parser.get_default(name) for name in draw}:
        parser.error("换了种子或规模，就要另给一个文件夹，课程自己的数据不改 (another draw needs a directory of its own)")
    for place in chosen.packages or ():
        if not Path(place).is_dir():
            parser.error(f"--packages {place}: 没有这个文件夹 (no such folder)")
    draw["packages"] = chosen.packages
    directory = chosen.directory or datasets.folder()
    try:
        if chosen.check:
            found = differences(directory, **draw)
            print("\n".join(found) or f"{directory}: 全部一致 (all as it should be)")
            return 1 if found else 0
        for path in write(directory, **draw):
            print(f"{path}  {path.stat().st_size:,} B")
    except (ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
