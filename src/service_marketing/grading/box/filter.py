"""The seccomp filter of a shell: system calls that no notebook needs and that most ways out of a box begin with.

A classic BPF program, written here because it is shorter than a library's interface. A call that is refused fails with
EPERM, as if the rights were missing; `clone3` with ENOSYS, after which the C library uses `clone`, whose flags the filter
can read. Another architecture's calls, which have other numbers, kill the process.
"""

import ctypes
import errno
import platform
import struct

# by name: numbers on x86_64 and aarch64 (None: not there)
REFUSED = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # parts of the kernel with a long list of holes
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "vmsplice": (278, 75),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    "memfd_secret": (447, 447),
    # memory that no limit of a process counts
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "syslog": (103, 116),
    "acct": (163, 89),
    "iopl": (172, None),
    "ioperm": (173, None),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}
SOCKET, CLONE, CLONE3, IOCTL = (41, 198), (56, 220), (435, 435), (16, 29)
FAMILIES = (1, 2, 10)  # UNIX, INET, INET6: the latter two find no interface to go through
NAMESPACES = 0x7E020000  # CLONE_NEW*, but CLONE_NEWTIME, which clone cannot ask for
TIOCSTI = 0x5412  # typing into a terminal
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32 = 0x40000000

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
PR_SET_SECCOMP, FILTER = 22, 2


def _refuse(error: int) -> tuple[int, int, int, int]:
    return _RETURN, 0, 0, 0x00050000 | error


def program(machine: str) -> bytes | None:
    """The filter for a machine as `platform.machine()` calls it; None when its system calls are not known here."""
    if machine not in ARCHITECTURES:
        return None
    column, architecture = ARCHITECTURES[machine]
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        lines += [(_AT_LEAST, 0, 1, X32), (_RETURN, 0, 0, _KILL)]
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            lines += [(_EQUAL, 0, 1, numbers[column]), _refuse(errno.EPERM)]
    lines += [(_EQUAL, 0, 1, CLONE3[column]), _refuse(errno.ENOSYS)]
    lines += [
        (_EQUAL, 0, 4, CLONE[column]),
        (_LOAD, 0, 0, _FIRST),
        (_ANY_BIT, 0, 1, NAMESPACES),
        _refuse(errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    lines += [(_EQUAL, 0, 4, IOCTL[column]), (_LOAD, 0, 0, _SECOND), (_EQUAL, 0, 1, TIOCSTI), _refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    lines += [(_EQUAL, 0, 2 + len(FAMILIES), SOCKET[column]), (_LOAD, 0, 0, _FIRST)]
    lines += [(_EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    lines += [_refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]


_CODE = program(platform.machine())
available = _CODE is not None
"""Whether there is a filter for this machine."""


def install(libc: ctypes.CDLL) -> None:
    """Put the calling process and all that it starts under the filter, for good. Raises OSError."""
    if _CODE is None:
        return
    if libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(_Program(len(_CODE) // 8, _CODE)), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
