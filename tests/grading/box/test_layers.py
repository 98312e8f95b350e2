"""What a machine offers, told from texts and folders as they are found elsewhere; no box is built here."""

import errno
import os
import platform
import shutil
import struct
import sys
from pathlib import Path

import pytest

from service_marketing.grading.box import cgroups, layers, outside, parcel, view
from service_marketing.grading.box import filter as seccomp
from service_marketing.grading.box.layers import BoxError, Layers
from service_marketing.grading.box.limits import Allowance
from service_marketing.grading.shells.pool import Pool

OWN = Path(layers.__file__).parent


class TestObstacles:
    def test_without_bubblewrap_it_refuses_and_says_what_to_install(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        found = outside.available()
        assert not found
        assert "apt-get install bubblewrap" in found.reason.zh
        assert "conda-forge" in found.reason.en
        assert found.layers == Layers()
        with pytest.raises(BoxError, match="bubblewrap"), Pool(workers=1, box=outside.Box()):
            pass

    @pytest.mark.parametrize(("platform", "name"), [("darwin", "macOS"), ("win32", "Windows"), ("freebsd14", "freebsd14")])
    def test_elsewhere_than_on_linux_it_refuses_and_names_the_container(self, monkeypatch, platform, name):
        monkeypatch.setattr(sys, "platform", platform)
        reason = layers.obstacle()
        for text in (reason.zh, reason.en):
            assert name in text
            assert "Containerfile" in text

    @pytest.mark.parametrize(
        ("settings", "root", "expected"),
        [
            ({"kernel/apparmor_restrict_unprivileged_userns": 1}, False, layers.APPARMOR),
            ({"kernel/unprivileged_userns_clone": 0}, False, layers.DEBIAN),
            ({"user/max_user_namespaces": 0}, True, layers.NO_NAMESPACES),
            ({"kernel/apparmor_restrict_unprivileged_userns": 1}, True, layers.UNKNOWN),
            ({}, False, layers.UNKNOWN),
        ],
    )
    def test_the_cause_is_what_the_kernel_is_set_to(self, monkeypatch, settings, root, expected):
        monkeypatch.setattr(layers, "_setting", settings.get)
        assert layers.cause(root, "bwrap: setting up uid map") is expected

    def test_a_program_that_fails_is_quoted(self, monkeypatch, tmp_path):
        broken = tmp_path / "bwrap"
        broken.write_text("#!/bin/sh\necho 'bwrap: Creating new namespace failed' >&2\nexit 1\n")
        broken.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        tmp_path.chmod(0o755)
        found = outside.available()
        assert not found
        assert "bwrap" in found.words

    def test_a_program_may_lie_where_scratch_files_lie(self, monkeypatch, tmp_path):
        (tmp_path / "bwrap").symlink_to(shutil.which("bwrap"))
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        tmp_path.chmod(0o755)
        assert outside.available(), outside.available().words


class TestTexts:
    def test_every_layer_has_a_sentence_in_both_languages(self):
        for each in (
            Layers(),
            Layers("bubblewrap 0.8.0"),
            Layers("bubblewrap 0.8.0", True, True, "v2", "v2", "v2"),
            Layers("bubblewrap 0.8.0", False, True, "v1", "v1", "v1"),
        ):
            texts = each.texts()
            assert len(texts) == (6 if each.sandbox else 1)
            assert all(text.zh.endswith("。") and text.en.endswith(".") for text in texts)
        assert len(set(Layers("b", True, True, "v2", "v2", "v2").texts()) & set(Layers("b").texts())) == 1  # what it is

    def test_an_allowance_is_checked(self):
        for wrong in ({"memory": 0}, {"disk": -1}, {"processes": 1.5}, {"files": "9"}):
            with pytest.raises(ValueError, match=next(iter(wrong))):
                Allowance(**wrong)


class TestUserIds:
    def test_a_range_that_nobody_has(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(layers, "_capable", lambda _: True)
        first = layers.spare_ids(10, "0 0 4294967295")
        assert layers.RANGE_FIRST <= first < layers.RANGE_LAST
        assert 10_000 < layers.spare_ids(10, "0 100000 65536") < 65_534 - 10
        assert layers.spare_ids(10, "0 1000 1") is None
        assert layers.spare_ids(10, "0 1000 1\n1 100000 65536") > 10_000

    def test_not_for_an_ordinary_user_or_a_root_without_rights(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        assert layers.spare_ids(10, "0 0 4294967295") is None
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(layers, "_capable", lambda _: False)
        assert layers.spare_ids(10, "0 0 4294967295") is None


class TestKernels:
    def test_since_when_processes_are_counted_in_each_namespace(self):
        assert [layers.counts_across_namespaces(each) for each in ("5.10.0-28-amd64", "4.18.0", "5.14.0-427.el9", "6.8.0-31-generic")] == [
            True,
            True,
            False,
            False,
        ]
        assert layers.own_threads() >= 1

    def test_the_limit_of_an_older_one_leaves_room_for_the_users_other_processes(self, monkeypatch, tmp_path):
        monkeypatch.setattr(outside.layers, "obstacle", lambda: None)
        monkeypatch.setattr(outside.layers, "program", lambda: "/bin/true")
        monkeypatch.setattr(outside.layers, "spare_ids", lambda count: None)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(outside.layers, "counts_across_namespaces", lambda: True)
        monkeypatch.setattr(outside.layers, "own_threads", lambda: 1500)
        opened = outside.Box(Allowance(processes=50), groups=False).open(2, tmp_path)
        assert opened.settings["processes"] == 3 * 50 + 1500


class TestControlGroups:
    def version_2(self, folder: Path, own: str, dividable: dict[str, str]) -> list[cgroups.Hierarchy]:
        for name in ("", *dividable, own):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "cgroup.procs").touch()
            (folder / name / "cgroup.subtree_control").write_text(dividable.get(name, ""))
        mounts = f"35 24 0:30 / {folder} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n22 1 0:5 / /proc rw - proc proc rw\n"
        return cgroups.hierarchies(f"0::/{own}\n", mounts)

    def test_the_nearest_group_that_divides_memory_and_processes(self, tmp_path):
        own = "user.slice/user@1000.service/app.slice/terminal.scope"
        dividable = {"user.slice/user@1000.service": "cpu memory pids", "user.slice/user@1000.service/app.slice": "memory pids"}
        (found,) = self.version_2(tmp_path, own, dividable)
        assert found == cgroups.Hierarchy(tmp_path / "user.slice/user@1000.service/app.slice", ("memory", "pids"), 2)

    def test_none_that_divides_them(self, tmp_path):
        assert self.version_2(tmp_path, "user.slice/session.scope", {"user.slice": "pids"}) == []

    def test_version_1_has_a_tree_for_each_controller(self, tmp_path):
        for name in ("memory/mine", "pids", "cpu"):
            (tmp_path / name).mkdir(parents=True)
        mounts = "".join(
            f"3{n} 31 0:3{n} / {tmp_path / name} rw - cgroup cgroup rw,{name}\n" for n, name in enumerate(("memory", "pids", "cpu"))
        )
        own = "8:pids:/\n4:memory:/mine\n1:cpu:/\n0::/\n"
        found = cgroups.hierarchies(own, mounts)
        assert [(place.parent, place.controllers) for place in found] == [
            (tmp_path / "memory" / "mine", ("memory",)),
            (tmp_path / "pids", ("pids",)),
            (tmp_path / "cpu", ("cpu",)),
        ]
        assert cgroups.hierarchies(own.replace("4:memory:/mine\n", ""), mounts) == []
        assert cgroups.hierarchies("", "") == []

    def test_limits_of_version_2(self, monkeypatch, tmp_path):
        places = self.version_2(tmp_path, "mine", {"": "cpu memory pids"})
        groups = cgroups.Groups(places, Allowance(memory=100, disk=23, processes=7))
        (folder,) = tmp_path.glob("grading-*")
        assert (folder / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
        made = tmp_path / "made"  # the kernel fills a group's folder when it is made
        made.mkdir()
        for name in ("memory.max", "memory.swap.max", "pids.max", "cgroup.procs"):
            (made / name).touch()
        monkeypatch.setattr(Path, "mkdir", lambda folder: made.rename(folder))
        (descriptor,) = groups.enter(1)
        os.close(descriptor)
        assert [(folder / "1" / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max")] == ["123", "0", "8"]
        (folder / "1" / "memory.events").write_text("low 0\nhigh 0\nmax 5\noom 2\noom_kill 3\n")
        assert groups.killed(1) == 3


class TestFilter:
    def test_it_is_a_program_for_both_kinds_of_machine(self):
        for machine in seccomp.ARCHITECTURES:
            lines = list(struct.iter_unpack("HBBI", seccomp.program(machine)))
            for place, (code, yes, no, _) in enumerate(lines):
                if code in (0x15, 0x35, 0x45):
                    assert place + 1 + max(yes, no) < len(lines)
            assert lines[-1][0] == 0x06
        assert seccomp.program("riscv64") is None

    @pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
    def test_what_it_decides(self, machine):
        column, architecture = seccomp.ARCHITECTURES[machine]
        allow, refuse, kill = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000

        def decide(number, *arguments, architecture=architecture):
            data = struct.pack("IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
            return run(seccomp.program(machine), data)

        for numbers in seccomp.REFUSED.values():
            if numbers[column] is not None:
                assert decide(numbers[column]) == refuse
        read = {"x86_64": 0, "aarch64": 63}[machine]
        assert decide(read) == allow
        assert decide(read, architecture=0x40000003) == kill
        assert decide(seccomp.CLONE3[column]) == 0x00050000 | errno.ENOSYS
        assert decide(seccomp.CLONE[column], 17) == allow
        assert decide(seccomp.CLONE[column], 0x10000000 | 17) == refuse
        assert decide(seccomp.CLONE[column], 0x003D0F00) == allow  # a thread
        assert [decide(seccomp.SOCKET[column], family) for family in (1, 2, 10)] == [allow] * 3
        assert [decide(seccomp.SOCKET[column], family) for family in (0, 16, 17, 38, 40)] == [refuse] * 5
        assert decide(seccomp.IOCTL[column], 0, 0x5401) == allow
        assert decide(seccomp.IOCTL[column], 0, 0x5412) == refuse
        if machine == "x86_64":
            assert decide(0x40000000) == kill


def run(program: bytes, data: bytes) -> int:
    """What a BPF program answers to a system call: an interpreter of the few instructions that there are."""
    lines, accumulator, place = list(struct.iter_unpack("HBBI", program)), 0, 0
    while True:
        code, yes, no, value = lines[place]
        place += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("I", data, value)
        elif code == 0x06:
            return value
        else:
            place += yes if {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code] else no


class TestView:
    def test_python_and_its_packages_are_shown(self):
        seen = view.view()
        for path in (sys.prefix, sys.base_prefix, OWN):
            assert any(Path(path).is_relative_to(shown) for shown in seen.shown)
        assert not any(Path.home().is_relative_to(shown) for shown in seen.shown) or Path.home() in seen.masked

    def test_a_folder_on_pythons_path_that_holds_the_course_is_left_out(self, monkeypatch, tmp_path):
        course = tmp_path / "course"
        (course / "source").mkdir(parents=True)
        (tmp_path / "library").mkdir()
        monkeypatch.setattr(view, "python_path", lambda: (str(course), str(tmp_path), str(tmp_path / "library")))
        seen = view.view([course])
        assert seen.left_out == (course, tmp_path)
        assert tmp_path / "library" in seen.shown
        assert course not in seen.shown

    def test_what_lies_in_a_hidden_folder_and_is_needed_is_shown_again(self, tmp_path):
        outer, hidden, needed = tmp_path, tmp_path / "course", tmp_path / "course" / "library"
        needed.mkdir(parents=True)
        seen = view.view([hidden], [outer, needed])
        assert (outer in seen.shown, seen.masked, seen.again) == (True, (hidden,), (needed,))


class TestParcel:
    def test_what_goes_in_comes_out(self, tmp_path):
        source, target = tmp_path / "source", tmp_path / "target"
        (source / "a" / "空").mkdir(parents=True)
        target.mkdir()
        (source / "a" / "数据.csv").write_bytes(bytes(range(256)) * 5000)
        (source / "empty").touch()
        os.utime(source / "empty", ns=(10**18, 10**18))
        (source / os.fsdecode(b"bad\xff")).write_text("x")
        (source / "run").touch(0o755)
        parcel.unpack(parcel.pack(source, 1 << 30, 100), str(target))
        assert sorted(path.relative_to(target) for path in target.rglob("*")) == sorted(
            path.relative_to(source) for path in source.rglob("*")
        )
        assert (target / "a" / "数据.csv").read_bytes() == (source / "a" / "数据.csv").read_bytes()
        assert (target / "empty").stat().st_mtime_ns == 10**18
        assert os.access(target / "run", os.X_OK)

    def test_links_are_left_out_and_not_followed(self, tmp_path):
        source, target = tmp_path / "source", tmp_path / "target"
        source.mkdir()
        target.mkdir()
        (tmp_path / "secret").write_text("secret")
        (source / "link").symlink_to(tmp_path / "secret")
        (source / "up").symlink_to(tmp_path)
        (source / "loop").symlink_to("loop")
        os.mkfifo(source / "pipe")
        parcel.unpack(parcel.pack(source, 100, 100), str(target))
        assert list(target.iterdir()) == []

    def test_too_much(self, tmp_path):
        (tmp_path / "a").write_bytes(bytes(60))
        (tmp_path / "b").write_bytes(bytes(60))
        opened = len(os.listdir("/proc/self/fd"))
        for size, files in ((100, 10), (1000, 1)):
            with pytest.raises(OSError, match="more"):
                parcel.pack(tmp_path, size, files)
        assert len(os.listdir("/proc/self/fd")) == opened

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            parcel.pack(tmp_path / "none", 1, 1)


class TestContainer:
    def test_the_recipe_has_what_a_box_needs(self):
        recipe = (OWN / "Containerfile").read_text()
        assert "bubblewrap" in recipe
        assert "\nUSER grader\n" in recipe
        assert 'ENTRYPOINT ["course"]' in recipe
        for option in ("seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined", "unmask=ALL", "--network none"):
            assert option in recipe
        version = tuple(map(int, recipe.split("library/python:")[1].split("-")[0].split(".")))
        assert (3, 11) <= version <= (3, 13)

    def test_this_machine_is_known(self):
        assert (platform.machine() in seccomp.ARCHITECTURES) == seccomp.available
