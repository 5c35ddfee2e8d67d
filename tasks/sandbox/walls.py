"""The walls around a call: limits, another user, files (Landlock), system calls (the filter of calls.py)."""
import contextlib
import ctypes
import os
import signal
import struct
import sys
from pathlib import Path

from . import calls
from .folders import DISK_MB, MEGABYTE

THREADS = 128             # of a call at one time
DESCRIPTORS = 64
# What makes or checks questions: a program that could import it would have its answers made, or tried, for it.
# This project itself is not on its path.
HIDDEN = "reasoning_gym", "pytest", "_pytest", "hypothesis"

DEATH_SIGNAL, DUMPABLE, KEEP_CAPABILITIES, SET_SECCOMP, SUBREAPER, NO_NEW_PRIVILEGES = 1, 4, 8, 22, 36, 38  # for prctl
READ_SEARCH = 1 << 2                                     # CAP_DAC_READ_SEARCH: reading any folder or file
READ, READ_FOLDER, WRITE, MOVE = 1 << 2, 1 << 3, 1 << 1, 1 << 13   # of Landlock's rights; MOVE: to another folder
DEVICES = 1 << 6 | 1 << 11 | 1 << 15                     # making those of either kind, and requests to them
FIRST_USER = 0x70000000  # the first of a range of user numbers that nothing hands out; a call's user is this + its pid


class Walls:
    """What this machine offers to confine a process, found out once by the template when it is warm.

    layers:  "system calls" (is the filter in force?), "files" (Landlock's version or 0), "own user"
    lacking: what is not covered here, in words
    """

    def __init__(self, folder: str):
        """folder: in which the folder of each call, `work`, will be made."""
        self.folder, self.work = folder, f"{folder}/work"
        project = Path(__file__).resolve()
        self.path = [path for path in sys.path if os.path.isdir(path) and not project.is_relative_to(
            os.path.realpath(path))]
        self.libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
        if self.libc:
            for name in ("syscall", "capset", "setfsuid", "setfsgid", "fflush"):
                getattr(self.libc, name)  # looked up here once, not in every call
            self.libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
            self._prctl(SUBREAPER, 1)
        self.reading, self.landlock = self._reading() if self.libc else (None, 0)
        code = calls.build()
        self.filter = ctypes.create_string_buffer(code, len(code))
        self.program = ctypes.create_string_buffer(
            struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(self.filter)))
        mark = struct.pack("I", calls.PID_MARK)
        self.marks = [place for place in range(4, len(code), 8) if code[place:place + 4] == mark]
        seccomp = self.libc is not None and bool(code) and _works(self._forbid_calls)
        self.identity = self._identity()
        self.layers = {"system calls": seccomp, "files": self.landlock,
                       "own user": self.identity is not None and self.identity[0]}
        self.size = _address_space()

    def lacking(self) -> list[str]:
        """What programs can do here that they should not, or not do that they should."""
        texts = []
        if not self.layers["system calls"]:
            texts.append("without seccomp, programs can reach the network and start processes")
        if self.landlock < 3:
            texts.append("without Landlock of Linux 6.2, programs can read or change files outside their folder")
        if self.identity is None:
            texts.append("root's rights cannot be given up here, so no program is started: run as an ordinary user")
        elif os.geteuid() == 0 and not self.landlock and self._below_locked():
            texts.append("Python lies in a folder for root alone, so programs import only what is loaded already: "
                         "run as an ordinary user")
        return texts

    # ------------------------------------------------------------------------------------------- who a program runs as

    def _identity(self) -> tuple[bool, int] | None:
        """How a call is to give up rights: (as a user of its own?, capabilities that it keeps), or None: not at all.

        Behind Landlock it may be allowed to read every file, so nothing of the way to Python need be open to all.
        Root itself without capabilities still owns the system's files, which is for behind Landlock only.
        """
        root, locked = os.geteuid() == 0, self.landlock and self._below_locked()
        ways = [(root, READ_SEARCH)] * bool(locked) + [(True, 0)] * (root and not locked)
        ways += [(False, 0)] * bool(self.landlock or not root)
        return next((way for way in ways if _works(lambda: self._become(os.getpid(), *way))), None)

    def _below_locked(self) -> bool:
        """Whether a folder on the way to Python's own, or to the calls', is closed to other users."""
        found = set()
        for path in [*self.path, self.folder]:
            while path not in found:
                found.add(path)
                path = os.path.dirname(path)
        return any(os.stat(path).st_mode & 0o001 == 0 for path in found)

    def _become(self, pid: int, own_user: bool, capabilities: int):
        """Become the user of a call; of all capabilities keep those given, at most."""
        if capabilities:
            self._prctl(KEEP_CAPABILITIES, 1)
        if own_user:
            os.setgroups([])
            os.setresgid(*[FIRST_USER + pid] * 3)
            os.setresuid(*[FIRST_USER + pid] * 3)
        if self.libc:
            rights = struct.pack("6I", capabilities, capabilities, 0, 0, 0, 0)  # effective, permitted, inheritable
            if self.libc.capset(struct.pack("Ii", 0x20080522, 0), rights):
                raise OSError(ctypes.get_errno(), "capset")
            self._prctl(DUMPABLE, 1)  # so that the template can count its open files

    @contextlib.contextmanager
    def looking_at(self, pid: int):
        """See a call's process as its own user does: a root without CAP_SYS_PTRACE, as in many containers, cannot."""
        own_user = self.layers["own user"]
        try:
            if own_user:
                self.libc.setfsgid(FIRST_USER + pid)
                self.libc.setfsuid(FIRST_USER + pid)
            yield
        finally:
            if own_user:
                self.libc.setfsuid(0)
                self.libc.setfsgid(0)

    # ------------------------------------------------------------------------------------------------------ confine

    def confine(self, memory: int, timeout: float):
        """In the process of a call, in its folder: give up everything that the program is not to have. Returns how to
        get a little more memory later. Raises OSError where that cannot be done safely."""
        import resource

        def limit(kind, soft: int, hard: int):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (soft, hard))

        if self.identity is None:
            raise PermissionError("root's rights cannot be given up here: run as an ordinary user")
        memory, spare, seconds = self.size + memory, 64 * MEGABYTE, int(timeout) + 1
        limit(resource.RLIMIT_AS, memory, memory + spare)
        limit(resource.RLIMIT_CPU, seconds, seconds + 1)  # first a signal that says why, then the end
        limit(resource.RLIMIT_FSIZE, DISK_MB * MEGABYTE, DISK_MB * MEGABYTE)
        limit(resource.RLIMIT_CORE, 0, 0)
        if self.libc:
            self._prctl(NO_NEW_PRIVILEGES, 1)
        if self.layers["own user"]:
            os.chown(".", FIRST_USER + os.getpid(), FIRST_USER + os.getpid())
            limit(resource.RLIMIT_NPROC, THREADS, THREADS)
        self._become(os.getpid(), *self.identity)
        if self.libc:
            self._prctl(DEATH_SIGNAL, signal.SIGKILL)  # with the template; becoming another user had taken it back
        if self.landlock:
            self._allow_writing()
            self._syscall(446, self.reading, 0)
        os.closerange(3, DESCRIPTORS)  # the template has no more than a handful
        limit(resource.RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS)
        if self.layers["system calls"]:
            self._forbid_calls()
        reserve = [bytes(1 << 14)]  # so that there is enough to ask for more

        def more_memory():
            reserve.clear()
            limit(resource.RLIMIT_AS, memory + spare, memory + spare)
        return more_memory

    def _forbid_calls(self):
        """Install the filter in this process."""
        pid = struct.pack("I", os.getpid())
        for place in self.marks:
            self.filter[place:place + 4] = pid
        self._prctl(NO_NEW_PRIVILEGES, 1)
        self._prctl(SET_SECCOMP, 2, ctypes.addressof(self.program))

    def _prctl(self, option: int, first: int = 0, second: int = 0):
        if self.libc.prctl(option, first, second, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")

    def _syscall(self, number: int, *arguments) -> int:
        result = self.libc.syscall(ctypes.c_long(number), *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), f"system call {number}")
        return result

    # ------------------------------------------------------------------------------------------------------ Landlock

    def _reading(self) -> tuple[int | None, int]:
        """Rules that allow reading Python, its packages and the system's libraries, without what is HIDDEN, and
        below the calls' folder; Landlock's version. Made once, they serve all calls."""
        try:
            version = self._syscall(444, None, ctypes.c_size_t(0), 1)
            # From version 2 on also moving between folders, from 4 on network, from 6 on signals and abstract sockets
            self.rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
            move = MOVE & self.rights
            rules = self._rules(1 | READ | READ_FOLDER | move, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
            libraries = [f"{prefix}/lib" for prefix in (sys.prefix, sys.base_prefix, "/usr", "/usr/local")]
            for folder in (*self.path, *libraries, "/lib", "/lib64", "/usr/lib64", "/usr/share/zoneinfo"):
                visible, closed = _visible(folder)
                if closed:
                    self._allow(rules, folder, READ_FOLDER)  # Python lists a folder before it reads what it needs
                for path in visible:
                    self._allow(rules, path, (READ | READ_FOLDER) if os.path.isdir(path) else READ)
            for path in ("/etc/localtime", "/etc/ld.so.cache", "/dev/urandom", "/dev/random", "/dev/zero", "/dev/null"):
                self._allow(rules, path, READ)
            self._allow(rules, self.folder, READ | READ_FOLDER | move)
            return rules, version
        except OSError:
            return None, 0

    def _allow_writing(self):
        """Confine this process to writing in the folder where it is."""
        rules = self._rules(self.rights & ~(1 | READ | READ_FOLDER))
        self._allow(rules, ".", self.rights & ~(1 | READ | READ_FOLDER | DEVICES))
        self._allow(rules, "/dev/null", WRITE)
        self._syscall(446, rules, 0)

    def _rules(self, rights: int, network: int = 0, scopes: int = 0) -> int:
        """A new set of rules, in which all of these rights are denied where nothing allows them."""
        size = 24 if scopes else 16 if network else 8
        return self._syscall(444, struct.pack("3Q", rights, network, scopes), ctypes.c_size_t(size), 0)

    def _allow(self, rules: int, path: str, rights: int):
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                self._syscall(445, rules, 1, struct.pack("=Qi", rights, handle), 0)
            finally:
                os.close(handle)


def _visible(folder: str) -> tuple[list[str], bool]:
    """The parts of a folder of libraries that hold nothing HIDDEN, as few as will do, and whether something is."""
    parts, closed = [], False
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.partition(".")[0] in HIDDEN:  # pytest, pytest.py
                closed = True
            elif entry.name.endswith(".dist-info"):  # no program reads them, and each rule costs every call time
                continue
            elif entry.name.startswith("python") or entry.name in ("site-packages", "dist-packages"):
                below, hides = _visible(entry.path)
                parts += below
                closed |= hides
            else:
                parts.append(entry.path)
    return (parts, True) if closed else ([folder], False)


def _works(step) -> bool:
    """Whether a step succeeds, tried in a forked process."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            step()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def _address_space() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
