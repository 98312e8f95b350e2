"""Programs in a view of the file system in which ordinary accounts can reach the sources and the Python of the tests.

A clone and its Python often lie in somebody's home, root's for instance, that others cannot enter; a hub serves other accounts. In
a mount namespace of its own the way to them is open, and nothing of the machine changes: what cannot be entered is covered by an
empty folder, and in that only what is needed appears at its old place.
"""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

SCRIPT = """
keep=$1; shift
mount -t tmpfs -o mode=755 none "$keep"
number=0
for folder in $NEEDED; do
  number=$((number + 1)); mkdir "$keep/$number"; mount --rbind "$folder" "$keep/$number"
done
for folder in $BARRED; do mount -t tmpfs -o mode=755 none "$folder"; done
number=0
for folder in $NEEDED; do
  number=$((number + 1)); mkdir -p "$folder"; mount --rbind "$keep/$number" "$folder"
done
exec "$@"
"""


def barrier(folder: Path) -> Path | None:
    """The outermost folder on the way to `folder` that not everybody can enter."""
    return next((step for step in (*reversed(folder.parents), folder) if not step.stat().st_mode & stat.S_IXOTH), None)


def needed(root: Path) -> list[Path]:
    """What ordinary accounts must reach and cannot; nothing that lies in another of them."""
    wanted = {Path(folder).resolve() for folder in (root, sys.prefix, sys.base_prefix)}
    return sorted(folder for folder in wanted if barrier(folder) and not wanted & set(folder.parents))


def lacking(root: Path) -> str | None:
    """Why no such view can be made here, None when it can."""
    folders = needed(root)
    if not folders:
        return None
    if closed := [folder for folder in folders if barrier(folder) == folder]:
        return f"别的账号进不了 {closed[0]}：chmod o+rx {closed[0]} (other accounts cannot enter it)"
    if any(" " in str(folder) for folder in folders):
        return "路径里有空格 (a space in a path)"
    if not shutil.which("unshare"):
        return "没有unshare：apt install util-linux (no unshare)"
    tried = subprocess.run(["unshare", "--mount", "--propagation", "private", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return None if tried.returncode == 0 else f"不能建挂载命名空间 (no mount namespaces): {tried.stderr.decode().strip()}"


def through(root: Path, keep: Path, command: list[str], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """`command` and its environment such that it runs in the view; `keep` is an empty folder for it alone."""
    folders = needed(root)
    if not folders:
        return command, environment
    lists = {
        "NEEDED": "\n".join(map(str, folders)),
        "BARRED": "\n".join(sorted({str(barrier(folder)) for folder in folders})),
    }
    shell = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", SCRIPT, "sh", str(keep)]
    return [*shell, *command], {**environment, **lists}
