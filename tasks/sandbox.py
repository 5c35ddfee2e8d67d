"""Running untrusted Python: what the model wrote must not harm the machine, read what it should not, or end the caller.

    python -m tasks.sandbox     checks on this machine what is in force

A program runs in a process of its own, forked from a template: a clean process that never held torch, the caller's
data or its environment, and that has imported numpy, sympy and the like already. Nothing that a program does to
modules, files, environment or random numbers is seen by the next one; random numbers begin alike in every call.

Covered everywhere:
- time: a wall-clock limit that holds against sleep, loops in C, ignored signals and closed pipes; a CPU limit behind it
- memory (beyond what Python and the imported libraries take), size of each file and of all files, open files, cores
- output: read while it is produced, the program stopped when it passes the cap; any bytes will do; stdin is empty
- left-overs: all processes of the call are killed, its folder is removed; with the caller, or its template, it dies too
- environment: no variable of the caller (tokens!) is handed on; the caller's modules are not found
Covered on Linux, each where the kernel has it (the check says):
- system calls (seccomp): no network, no new processes or programs, no signal to or look into another process, no
  memory outside the limit, nothing that outlives the call. Threads are allowed.
- files (Landlock): reading Python, its packages and the system's libraries, writing the call's own folder, no more:
  not data/, runs/ or the home folder
- started as root: each call runs as a user of its own, without rights over other users' files and processes

Not covered: holes in the kernel itself (this is no virtual machine), and timing side channels. Without seccomp:
network, other processes, and fork bombs for as long as the wall clock lets them. Without Landlock: files that the user
may read, and writing where the user may write; then do not train next to secrets.
"""
import asyncio
import codecs
import contextlib
import ctypes
import functools
import json
import os
import platform
import select
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

MEGABYTE = 1 << 20
DISK_MB = 64                # of all files of a call together
PACKAGES = ("numpy", "sympy")  # programs that name one of these get a template that has imported them
GRACE = 15.0                # seconds past a call's limit after which its template counts as broken


@dataclass(frozen=True)
class Result:
    """What a call came to. status: ok; error (it raised or exited with a code); timeout; memory; output (too much);
    killed (by a signal, or it could not be started). seconds: wall clock."""
    status: str
    stdout: str
    stderr: str
    seconds: float


# ---------------------------------------------------------------------------------------------- the caller's side

def run(code: str, timeout: float = 5.0, memory_mb: int = 512, output_chars: int = 20_000) -> Result:
    """Run a program and return what it printed. Never raises for anything the program is or does.

    timeout: seconds of wall clock; memory_mb: beyond what Python itself takes; output_chars: cap on stdout and stderr
    """
    start = time.monotonic()
    request = {"code": code, "timeout": timeout, "memory": memory_mb * MEGABYTE}
    try:
        template = _take_template(any(package in code for package in PACKAGES))
        outputs, answer = template.call(request, output_chars)
        _idle[template.packages].append(template)
    except (OSError, EOFError, ValueError) as error:  # no process, no disk, no descriptor; a template that died
        return Result("killed", "", f"the sandbox could not run this: {error}\n", time.monotonic() - start)
    stdout, stderr = (output[:output_chars] for output in outputs)
    status, line = _judge(answer, max(map(len, outputs)) > output_chars, stderr)
    if line:
        line = line.format(timeout=timeout, memory_mb=memory_mb, output_chars=output_chars, code=-answer["code"])
        stderr += ("\n" if stderr and not stderr.endswith("\n") else "") + line + "\n"
    return Result(status, stdout, stderr, time.monotonic() - start)


def run_many(codes: list[str], workers: int | None = None, **limits) -> list[Result]:
    """`run` each program, as many at once as there are cores; results in the order of the programs."""
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(lambda code: run(code, **limits), codes))


def submit(code: str, **limits) -> Future:
    """`run` in the background, as many at once as there are cores; the future's result is the Result."""
    return _background().submit(run, code, **limits)


async def run_async(code: str, **limits) -> Result:
    """`run` without blocking the event loop."""
    return await asyncio.wrap_future(submit(code, **limits))


def _judge(answer: dict, flood: bool, stderr: str) -> tuple[str, str]:
    """Name what happened, and give the last line of stderr where the program could not say it by itself."""
    code, last_line = answer["code"], stderr.rstrip().rpartition("\n")[2]
    if flood:
        return "output", "OutputError: stopped after {output_chars} characters of output"
    if answer["reason"] == "disk":
        return "output", f"OutputError: stopped after {DISK_MB} MB of files"
    if answer["reason"] == "timeout" or code == -signal.SIGXCPU:
        return "timeout", "TimeoutError: stopped after {timeout:g} s"
    if code > 0 and "MemoryError" in last_line.partition(":")[0]:  # numpy has a MemoryError of its own
        return "memory", "MemoryError: stopped at {memory_mb} MB of memory"
    if code == UNSAFE:
        return "killed", "the sandbox could not be set up for this call"
    if code < 0:
        return "killed", "killed by signal {code}"
    return ("error" if code else "ok"), ""


class _Template:
    """A template process and the socket to it. It runs one call at a time."""

    def __init__(self, packages: bool):
        self.packages = packages
        self.socket, theirs = socket.socketpair()
        # A fixed hash seed: sets print in the same order each time. HOME is for finding the user's packages only.
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": os.path.expanduser("~"), "LANG": "C.UTF-8",
                       "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                       "MKL_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "utf8", __file__, "serve", tempfile.gettempdir(), *PACKAGES * packages],
                env=environment, cwd="/", stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True)
        self.folder = None
        self.socket.settimeout(120)  # a first import of sympy from a slow disk
        try:
            self.layers = _receive(self.socket)
            self.folder = self.layers.pop("folder")
        except BaseException:
            self.close()
            raise

    def call(self, request: dict, cap: int) -> tuple[list[str], dict]:
        """stdout and stderr of a program, and how it ended: its exit code and the reason. Raises when the template
        has died; what it left is cleared away before."""
        pipes = []
        try:
            pipes += [*os.pipe(), *os.pipe()]
            self.socket.settimeout(request["timeout"] + GRACE)
            socket.send_fds(self.socket, [b"R"], [pipes[1], pipes[3]])
            _send(self.socket, request)
            for end in (3, 1):
                os.close(pipes.pop(end))
            return self._read(pipes, cap, time.monotonic() + request["timeout"] + GRACE)
        except BaseException:
            self.close()
            raise
        finally:
            for pipe in pipes:
                os.close(pipe)

    def _read(self, pipes: list[int], cap: int, deadline: float) -> tuple[list[str], dict]:
        """Output as it comes, until the template says that the program has ended."""
        outputs, answer, stopped = ["", ""], None, False
        decoders = [codecs.getincrementaldecoder("utf-8")("replace") for _ in outputs]
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            for number, pipe in enumerate(pipes):
                os.set_blocking(pipe, False)
                selector.register(pipe, selectors.EVENT_READ, number)
            while selector.get_map():
                # Once it has ended, take what the pipes still hold and no more: nobody is left to write.
                ready = selector.select(0 if answer else max(0.0, deadline - time.monotonic()))
                if not ready and answer:
                    break
                if not ready:
                    raise OSError("no answer from the template")
                for key, _ in ready:
                    if key.fileobj is self.socket:
                        answer = _receive(self.socket)
                        selector.unregister(self.socket)
                        continue
                    data = os.read(key.fd, 1 << 16)
                    if data and len(outputs[key.data]) <= cap:
                        outputs[key.data] += decoders[key.data].decode(data)
                    elif not data:
                        selector.unregister(key.fileobj)
                if not stopped and not answer and max(map(len, outputs)) > cap:
                    self.socket.sendall(b"K")
                    stopped = True
        return [output + decoder.decode(b"", final=True) for output, decoder in zip(outputs, decoders)], answer

    def close(self):
        """End the template, and with it its call; remove what it can no longer remove itself."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self.folder:
            _remove(self.folder)


_idle = {False: [], True: []}  # templates without a call, by `packages`; as many are made as calls run at one time


def _forget():
    """In a fork of the caller: its sockets and threads are the parent's."""
    _background.cache_clear()
    for templates in _idle.values():
        templates.clear()


os.register_at_fork(after_in_child=_forget)


def _take_template(packages: bool) -> _Template:
    while True:
        try:
            template = _idle[packages].pop()  # atomic, so two threads never get the same one
        except IndexError:
            return _Template(packages)
        if template.process.poll() is None:
            return template
        template.close()


@functools.cache
def _background() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "sandbox")


def _send(connection: socket.socket, message: dict):
    """One message: its length, then JSON."""
    body = json.dumps(message).encode()
    connection.sendall(struct.pack("!I", len(body)) + body)


def _receive(connection: socket.socket) -> dict:
    """What `_send` sent. EOFError when the other side is gone."""
    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise EOFError("the sandbox's template process has died")
            data += part
        return data

    return json.loads(exactly(*struct.unpack("!I", exactly(4))))


def _remove(path: str):
    """Remove a file or folder, also one made to resist: locked for its owner, or too deep for rmtree."""
    if os.path.islink(path) or not os.path.isdir(path):
        with contextlib.suppress(OSError):
            os.unlink(path)
        return
    with contextlib.suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    if os.path.exists(path):
        with contextlib.suppress(OSError):
            subprocess.run(["sh", "-c", 'chmod -R u+rwX "$0"; rm -rf "$0"', path], capture_output=True)


# -------------------------------------------------------------------------------------------- the template's side

UNSAFE = 121  # exit code of a call whose protection could not be set up: nothing of the program has run then


def _serve(place: str, packages: list[str]):
    """Answer calls until the caller is gone."""
    control = socket.socket(fileno=os.dup(0))  # descriptors 3 and up are what a call's process closes
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    folder = tempfile.mkdtemp(prefix="sandbox-", dir=place)
    try:
        os.chmod(folder, 0o711)  # a call's user must reach its own folder in it
        work = f"{folder}/work"
        # Packages are looked for in the user's home, programs are not to know it.
        os.environ |= {"HOME": work, "TMPDIR": work}
        del os.environ["PATH"]
        _warm_up(packages)
        system = _System(work)
        _send(control, {"folder": folder, **system.layers})
        while True:
            sign, pipes, _, _ = socket.recv_fds(control, 1, 2)
            if not sign:
                return
            if sign == b"R":  # a K comes too late: that call has ended by itself
                request = _receive(control)
                try:
                    answer = _attend(control, system, request, pipes)
                except OSError:  # no process, no disk
                    answer = {"reason": "killed", "code": UNSAFE}
                _send(control, answer)
    except (EOFError, OSError):
        return
    finally:
        _remove(folder)


def _warm_up(packages: list[str]):
    """Import what programs are likely to import, and make what is in memory now cheap to share."""
    import gc
    import importlib
    for name in ("atexit bisect collections copy datetime decimal fractions functools heapq inspect itertools "
                 "linecache math operator random re resource statistics string textwrap traceback typing").split():
        importlib.import_module(name)
    for name in packages:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # Much of them is imported, and their caches are filled, at their first use.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "sympy" in sys.modules:
        sys.modules["sympy"].solve("x**2 - 2*x - 3")
    gc.collect()
    gc.freeze()


def _attend(control: socket.socket, system: "_System", request: dict, pipes: list[int]) -> dict:
    """Fork, wait for the end or bring it about, clean up."""
    try:
        pid = os.fork()
        if pid == 0:
            _program(system, request, pipes)  # does not return
    finally:
        for pipe in pipes:
            os.close(pipe)
    reason = _wait(control, pid, time.monotonic() + request["timeout"], system.work)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not system.layers["system calls"]:
        _kill_orphans(pid)
    system.clean()
    if reason == "gone":
        raise EOFError
    return {"reason": reason, "code": os.waitstatus_to_exitcode(status)}


def _wait(control: socket.socket, pid: int, deadline: float, work: str) -> str:
    """Why the waiting is over: ended, timeout, disk (too many files), stopped (by the caller), gone (the caller)."""
    try:
        end = os.pidfd_open(pid)  # readable when the process has ended
    except (OSError, AttributeError):
        end = None
    try:
        # Wake up now and then to look at the files; without a descriptor for the end, often, to look for it.
        watched, pause = ([control], 0.002) if end is None else ([control, end], 0.05)
        while True:
            left = deadline - time.monotonic()
            ready = select.select(watched, [], [], max(0.0, min(left, pause)))[0]
            if end in ready or (end is None and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
                return "ended"
            if control in ready:
                return "stopped" if control.recv(1) else "gone"
            if left <= 0:
                return "timeout"
            if _too_large(work):
                return "disk"
    finally:
        if end is not None:
            os.close(end)


def _too_large(folder: str) -> bool:
    """Whether the files below a folder pass the limit, or are made to escape the count."""
    total, count, folders = 0, 0, [folder]
    try:
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    count += 1
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if count > 5000 or total > DISK_MB * MEGABYTE:
                        return True
    except FileNotFoundError:  # it was removed meanwhile
        return False
    except OSError:  # too deep, or locked
        return True
    return False


def _kill_orphans(pid: int):
    """Where new processes could not be forbidden: kill whatever of the call is left. It was handed to this process,
    its next "subreaper", however it tried to get away."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc/self") else []):
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                if parent == os.getpid():
                    os.kill(int(name), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _program(system: "_System", request: dict, pipes: list[int]):
    """In the forked process: put up the walls, run the program, end."""
    import atexit
    import linecache
    import random
    code = UNSAFE
    try:
        os.setsid()
        os.dup2(pipes[0], 1)
        os.dup2(pipes[1], 2)
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
        os.chdir(system.work)
        more_memory = system.confine(request["memory"], request["timeout"])
        random.seed(0)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(0)
        source = request["code"]
        linecache.cache["main.py"] = (len(source), None, (source + "\n").splitlines(True), "main.py")
        main = sys.modules["__main__"] = type(sys)("__main__")
        main.__file__, sys.argv, sys.path[:] = "main.py", ["main.py"], system.path
        code = 1
        try:
            exec(compile(source, "main.py", "exec"), vars(main))
            code = 0
        except SystemExit as exit:
            code = exit.code if isinstance(exit.code, int) else 0 if exit.code is None else 1
            if code == 1 and exit.code != 1:
                print(exit.code, file=sys.stderr)
        except BaseException as error:
            more_memory()  # to report that memory is short takes memory
            _show(error)
        with contextlib.suppress(BaseException):
            threading._shutdown()
            atexit._run_exitfuncs()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        with contextlib.suppress(BaseException):
            sys.stderr.flush()
        os._exit(code & 255)


def _show(error: BaseException):
    """The traceback with the program's own lines only and no path: the model reads the same on every machine."""
    import traceback
    report = traceback.TracebackException.from_exception(error, compact=True)
    parts = [report]
    for part in parts:
        part.stack[:] = [frame for frame in part.stack if frame.filename == "main.py"]
        parts += filter(None, [part.__cause__, part.__context__, *(getattr(part, "exceptions", None) or [])])
    sys.stderr.write("".join(report.format()))


# ------------------------------------------------------------------------------------------- the walls around a call

# System calls that a program has no use for here, by their numbers on x86-64 and on aarch64 (0: there is none).
FORBIDDEN = {
    # socket, connect, bind, listen, accept, accept4
    "network": [(41, 198), (42, 203), (49, 200), (50, 201), (43, 202), (288, 242)],
    # fork, vfork, execve, execveat
    "programs, processes": [(57, 0), (58, 0), (59, 221), (322, 281)],
    # ptrace, process_vm_readv, process_vm_writev, pidfd_open, pidfd_getfd, kcmp, tkill, pidfd_send_signal, setpriority,
    # sched_setscheduler, sched_setattr
    "other processes": [(101, 117), (310, 270), (311, 271), (434, 434), (438, 438), (312, 272), (200, 130), (424, 424),
                        (141, 140), (144, 119), (314, 274)],
    # shmget, semget, msgget, mq_open, memfd_create, memfd_secret: what outlives the call or escapes its limit
    "memory": [(29, 194), (64, 190), (68, 186), (240, 180), (319, 279), (447, 447)],
    # mount, umount2, pivot_root, chroot, setns, unshare, open_tree, move_mount, fsopen, mount_setattr,
    # open_by_handle_at, bpf, perf_event_open, keyctl, add_key, request_key, userfaultfd, io_uring_setup,
    # io_uring_enter, io_uring_register, init_module, finit_module, delete_module, kexec_load, kexec_file_load, reboot,
    # personality, fanotify_init, quotactl, acct, swapon, swapoff, sethostname, setdomainname, settimeofday,
    # clock_settime, adjtimex, ioperm, iopl
    "the system": [(165, 40), (166, 39), (155, 41), (161, 51), (308, 268), (272, 97), (428, 428), (429, 429),
                   (430, 430), (442, 442), (304, 265), (321, 280), (298, 241), (250, 219), (248, 217), (249, 218),
                   (323, 282), (425, 425), (426, 426), (427, 427), (175, 105), (313, 273), (176, 106), (246, 104),
                   (320, 294), (169, 142), (135, 92), (300, 262), (179, 60), (163, 89), (167, 224), (168, 225),
                   (170, 161), (171, 162), (164, 170), (227, 112), (159, 171), (173, 0), (172, 0)],
}
# These say that they have done it and do nothing: chmod, chown, utime and setxattr in all their forms, which Landlock
# leaves open. Programs that copy files would stumble over a refusal.
PRETENDED = [(90, 0), (91, 52), (268, 53), (452, 452), (92, 0), (93, 55), (94, 0), (260, 54), (280, 88), (235, 0),
             (132, 0), (261, 0), (188, 5), (189, 6), (190, 7), (463, 463), (197, 14), (198, 15), (199, 16), (466, 466)]
# The process is their first argument, and has to be the caller itself: kill, tgkill, rt_sigqueueinfo,
# rt_tgsigqueueinfo, prlimit64, sched_setaffinity
TO_ITSELF = [(62, 129), (234, 131), (129, 138), (297, 240), (302, 261), (203, 122)]
CLONE, CLONE3 = (56, 220), (435, 435)
CLONE_THREAD, PID_MARK = 0x10000, 0x5EC0
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # which of the two columns, AUDIT_ARCH number
KEEP_CAPABILITIES, NO_NEW_PRIVILEGES, SET_SECCOMP, DEATH_SIGNAL, SUBREAPER = 8, 38, 22, 1, 36  # for prctl
READ_SEARCH = 1 << 2                                  # CAP_DAC_READ_SEARCH
READ, READ_FOLDER, WRITE = 4, 8, 2                     # of Landlock's rights
FIRST_USER = 0x70000000  # the first of a range of user numbers that nothing hands out; a call's user is this + its pid


class _System:
    """What this machine offers to confine a process, found out once by the template."""

    def __init__(self, work: str):
        self.work = work
        os.mkdir(work, 0o700)
        self.path = [path for path in sys.path if os.path.isdir(path)]
        self.libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
        if self.libc:
            self._prctl(SUBREAPER, 1)
        self.landlock, version = self._landlock() if self.libc else (None, 0)
        readable = all(os.stat(path).st_mode & 0o005 == 5 for path in self._parents())
        # With Landlock a call's user may be allowed to read everything that Landlock allows, so nothing need be open.
        self.own_user = os.geteuid() == 0 and self._works(lambda: self._become(os.getpid(), not readable)) \
            and (readable or self.landlock is not None)
        self.keep_reading = self.own_user and not readable
        self.filter = self._filter() if platform.machine() in ARCHITECTURES else b""
        seccomp = self.libc is not None and bool(self.filter) and self._works(self._forbid_calls)
        self.layers = {"system calls": seccomp, "files": version, "own user": self.own_user}
        self.size = self._address_space()

    def _prctl(self, option: int, *arguments):
        if self.libc.prctl(option, *(ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments),
                           *[ctypes.c_ulong(0)] * (4 - len(arguments))):
            raise OSError(ctypes.get_errno(), "prctl")

    @staticmethod
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

    def _parents(self) -> list[str]:
        """All folders on the way to Python's own."""
        found = {}
        for path in self.path:
            while path not in found:
                found[path] = None
                path = os.path.dirname(path)
        return list(found)

    @staticmethod
    def _address_space() -> int:
        try:
            with open("/proc/self/statm") as file:
                return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            return 0

    # ------------------------------------------------------------------------------------------------------ folders

    def clean(self):
        """Empty the folder for the next call. It stays itself, since Landlock's rules are about this very one."""
        if os.path.islink(self.work) or not os.path.isdir(self.work):  # only without Landlock can a program do that
            _remove(self.work)
            os.mkdir(self.work, 0o700)
        if self.own_user:
            os.chown(self.work, 0, 0)
        os.chmod(self.work, 0o700)
        for name in os.listdir(self.work):
            _remove(f"{self.work}/{name}")

    # ------------------------------------------------------------------------------------------------------ confine

    def confine(self, memory: int, timeout: float):
        """In the process of a call: give up everything that the program is not to have. Returns how to get a little
        more memory later."""
        import resource

        def limit(kind, soft: int, hard: int):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (soft, hard))

        memory, spare, seconds = self.size + memory, 64 * MEGABYTE, int(timeout) + 1
        limit(resource.RLIMIT_AS, memory, memory + spare)
        limit(resource.RLIMIT_CPU, seconds, seconds + 1)  # first a signal that says why, then the end
        limit(resource.RLIMIT_FSIZE, DISK_MB * MEGABYTE, DISK_MB * MEGABYTE)
        limit(resource.RLIMIT_CORE, 0, 0)
        if self.libc:
            self._prctl(NO_NEW_PRIVILEGES, 1)
        if self.own_user:
            os.chown(self.work, FIRST_USER + os.getpid(), FIRST_USER + os.getpid())
            limit(resource.RLIMIT_NPROC, 64, 64)
            self._become(os.getpid(), self.keep_reading)
        if self.libc:
            self._prctl(DEATH_SIGNAL, signal.SIGKILL)  # with the template; becoming another user had taken it back
        if self.landlock is not None:
            self._syscall(446, self.landlock, 0)
        os.closerange(3, 64)  # the template has no more than a handful
        limit(resource.RLIMIT_NOFILE, 64, 64)
        if self.layers["system calls"]:
            self._forbid_calls()
        return lambda: limit(resource.RLIMIT_AS, memory + spare, memory + spare)

    def _become(self, pid: int, keep_reading: bool):
        """Become the user of a call; of root's rights keep at most that of reading all files."""
        if keep_reading:
            self._prctl(KEEP_CAPABILITIES, 1)
        os.setgroups([])
        os.setresgid(*[FIRST_USER + pid] * 3)
        os.setresuid(*[FIRST_USER + pid] * 3)
        if keep_reading:
            header = struct.pack("Ii", 0x20080522, 0)
            rights = struct.pack("6I", READ_SEARCH, READ_SEARCH, 0, 0, 0, 0)  # effective, permitted, inheritable; twice
            if self.libc.capset(header, rights):
                raise OSError(ctypes.get_errno(), "capset")

    def _syscall(self, number: int, *arguments) -> int:
        result = self.libc.syscall(ctypes.c_long(number), *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), f"system call {number}")
        return result

    def _landlock(self) -> tuple[int | None, int]:
        """Rules that allow reading Python and the system's libraries and writing the call's folder; their version.

        Once a rule set is made it serves all calls, because they all get the same folder, one after the other.
        """
        try:
            version = self._syscall(444, None, ctypes.c_size_t(0), 1)
            rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
            # From version 4 on also network, from 6 on also signals and abstract sockets
            network, scopes = 3 if version >= 4 else 0, 3 if version >= 6 else 0
            size = 8 if version < 4 else 16 if version < 6 else 24
            rules = self._syscall(444, struct.pack("3Q", rights, network, scopes), ctypes.c_size_t(size), 0)
            prefixes = sys.prefix, sys.base_prefix, "/usr", "/usr/local"
            readable = [*self.path, *(f"{prefix}/lib" for prefix in prefixes), "/lib", "/lib64", "/usr/lib64",
                        "/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache", "/dev/urandom", "/dev/random",
                        "/dev/zero", "/dev/null"]
            for path in dict.fromkeys(readable):
                self._allow(rules, path, (READ | READ_FOLDER) if os.path.isdir(path) else READ)
            self._allow(rules, "/dev/null", READ | WRITE)
            # All but devices of any kind: those two, and requests to them
            self._allow(rules, self.work, rights & ~(1 << 6 | 1 << 11 | 1 << 15))
            return rules, version
        except OSError:
            return None, 0

    def _allow(self, rules: int, path: str, rights: int):
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                self._syscall(445, rules, 1, struct.pack("=Qi", rights, handle), 0)
            finally:
                os.close(handle)

    def _filter(self) -> bytes:
        """The filter for system calls, a small program in the kernel's packet-filter language, with a mark where the
        number of the process belongs."""
        column, architecture = ARCHITECTURES[platform.machine()]
        load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
        allow, kill = 0x7FFF0000, 0x80000000
        refuse, missing, pretend = 0x00050001, 0x00050026, 0x00050000  # the call returns EPERM, ENOSYS, success

        def refuse_if(number: int, how: int) -> list[tuple]:
            return [(equal, 0, 1, number), (answer, 0, 0, how)]

        steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, kill),  # architecture, then number
                 (load, 0, 0, 0), (at_least, 0, 1, 0x40000000), (answer, 0, 0, refuse)]  # x86-64's second numbering
        for numbers, how in [*((numbers, refuse) for numbers in FORBIDDEN.values()), (PRETENDED, pretend)]:
            for number in (pair[column] for pair in numbers if pair[column]):
                steps += refuse_if(number, how)
        steps += refuse_if(CLONE3[column], missing)  # its flags are out of reach; libc falls back to clone
        steps += [(equal, 0, 4, CLONE[column]), (load, 0, 0, 16), (any_bit, 0, 1, CLONE_THREAD), (answer, 0, 0, allow),
                  (answer, 0, 0, refuse)]
        for pair in TO_ITSELF:
            steps += [(equal, 0, 5, pair[column]), (load, 0, 0, 16), (equal, 1, 0, PID_MARK), (equal, 0, 1, 0),
                      (answer, 0, 0, allow), (answer, 0, 0, refuse)]
        steps.append((answer, 0, 0, allow))
        return b"".join(struct.pack("HBBI", *step) for step in steps)

    def _forbid_calls(self):
        """Install the filter in this process."""
        code = self.filter.replace(struct.pack("I", PID_MARK), struct.pack("I", os.getpid()))
        buffer = ctypes.create_string_buffer(code, len(code))
        program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
        self._prctl(NO_NEW_PRIVILEGES, 1)
        self._prctl(SET_SECCOMP, 2, ctypes.c_char_p(program))


# --------------------------------------------------------------------------------------------------------- self-check

def self_check():
    """Print, limit by limit, whether it is in force on this machine."""
    template = _take_template(packages=True)
    _idle[True].append(template)
    print("layers: " + ", ".join(f"{name} {'on' if on else 'OFF'}" for name, on in template.layers.items()))
    with tempfile.NamedTemporaryFile() as secret:
        programs = {
            "wall clock": ("import time; time.sleep(9)", "timeout"),
            "memory": ("bytearray(1 << 32)", "memory"),
            "output": ("while True: print('x' * 1000)", "output"),
            "size of a file": ("open('f', 'wb').truncate(1 << 28)", "error"),
            "size of all files": ("import time\nfor n in range(99): open(str(n), 'wb').write(bytes(1 << 22))\n"
                                  "time.sleep(9)", "output"),
            "open files": ("f = [open('f', 'w') for _ in range(999)]", "error"),
            "no network": ("import socket; socket.socket()", "error"),
            "no new processes": ("import os; os.fork()", "error"),
            "no signals to others": (f"import os; os.kill({os.getpid()}, 0)", "error"),
            "no reading outside": (f"open({secret.name!r}).read()", "error"),
            "no writing outside": (f"open({secret.name + 'x'!r}, 'w')", "error"),
        }
        for name, (code, wanted) in programs.items():
            print(f"{name:26}{'on' if run(code, timeout=1).status == wanted else 'OFF'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        sys.path.pop(0)  # the folder of this file: the caller's
        _serve(sys.argv[2], sys.argv[3:])
    else:
        self_check()
