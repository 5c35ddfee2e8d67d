"""The template: a warm process that forks itself for every call, waits for the end or brings it about, and clears up.

Started by the caller as `python -m sandbox.template`, so that nothing else of this project is ever loaded here.
"""
import contextlib
import gc
import importlib
import os
import random
import select
import signal
import socket
import sys
import tempfile
import time

from . import program
from .folders import DISK_MB, MEGABYTE, named, nameless, remove
from .walls import HIDDEN, THREADS, Walls
from .wire import UNSAFE, receive, send

NOT_SET_UP = "the sandbox could not be set up for this call"


def serve(place: str, packages: list[str]):
    """Answer calls until the caller is gone. place: the folder for temporary files."""
    control = socket.socket(fileno=os.dup(0))  # descriptors 3 and up are what a call's process closes
    folder = None
    try:
        folder = tempfile.mkdtemp(prefix="sandbox-", dir=place)
        os.chmod(folder, 0o711)  # a call's user must reach its own folder in it
        walls = _prepare(folder, packages)
        send(control, {"folder": folder, "layers": walls.layers, "lacking": walls.lacking()})
        while True:
            sign, pipes, _, _ = socket.recv_fds(control, 1, 2)
            if not sign:
                return
            if sign == b"R":  # a K comes too late: that call has ended by itself
                request = receive(control)
                try:
                    answer = _attend(control, walls, request, pipes)
                except OSError as error:  # no process, no disk
                    answer = {"reason": f"{NOT_SET_UP}: {error}", "code": UNSAFE}
                send(control, answer)
    except EOFError:
        pass
    except OSError as error:
        with contextlib.suppress(OSError):  # the caller may be gone
            send(control, {"error": f"{error} (in {place})"})
    finally:
        if folder:
            remove(folder)


def _prepare(folder: str, packages: list[str]) -> Walls:
    """Leave behind what this process has of the caller's, warm up, look around."""
    _renew_input()
    for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):  # a caller may ignore them
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    sys.path.pop(0)  # the folder of this project
    os.chdir("/")
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]  # a program may have a module of this name
    _warm_up(packages)
    sys.modules.update(dict.fromkeys(HIDDEN))  # "import of pytest halted": a clear word; the walls see to the rest
    # Packages are looked for in the user's home, programs are not to know it.
    os.environ |= {"HOME": f"{folder}/work", "TMPDIR": f"{folder}/work"}
    for name in ("PATH", "MALLOC_ARENA_MAX"):
        del os.environ[name]
    walls = Walls(folder)
    program.speak_plainly(walls.path)
    return walls


def _renew_input():
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _warm_up(packages: list[str]):
    """Import what programs are likely to import, and make what is in memory now cheap to share."""
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


def _attend(control: socket.socket, walls: Walls, request: dict, pipes: list[int]) -> dict:
    """Fork, wait for the end or bring it about, clean up."""
    try:
        os.mkdir(walls.work, 0o700)
        pid = os.fork()
        if pid == 0:
            _program(walls, request, pipes)  # does not return
    except OSError:
        remove(walls.work)
        raise
    finally:
        for pipe in pipes:
            os.close(pipe)
    reason = _wait(control, pid, time.monotonic() + request["timeout"], walls)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not walls.layers["system calls"]:
        _kill_orphans(pid)
    remove(walls.work)
    if reason == "gone":
        raise EOFError
    return {"reason": reason, "code": os.waitstatus_to_exitcode(status)}


def _wait(control: socket.socket, pid: int, deadline: float, walls: Walls) -> str:
    """Why the waiting is over: ended, timeout, disk (too much), threads, stopped (by the caller), gone (it is)."""
    try:
        end = os.pidfd_open(pid)  # readable when the process has ended
    except (OSError, AttributeError):
        end = None
    try:
        # Wake up now and then to look; without a descriptor for the end, often, to look for it.
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
            used = named(walls.work, pid)
            with walls.looking_at(pid):
                used += nameless(walls.work, pid)
            if used > DISK_MB * MEGABYTE:
                return "disk"
            if _threads(pid) > THREADS:
                return "threads"
            if end is not None:
                pause = 0.01 if used > MEGABYTE else 0.05
    finally:
        if end is not None:
            os.close(end)


def _threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2  # one folder for each
    except OSError:
        return 0


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


def _program(walls: Walls, request: dict, pipes: list[int]):
    """In the forked process: put up the walls, run the program, end."""
    code = UNSAFE
    try:
        os.setsid()
        _renew_input()
        os.dup2(pipes[0], 1)
        os.dup2(pipes[1], 2)
        os.chdir(walls.work)
        more_memory = walls.confine(request["memory"], request["timeout"])
        random.seed(0)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(0)
        code = 1
        code = program.run(request["code"], [walls.work, *walls.path], more_memory)
        if walls.libc:
            walls.libc.fflush(None)  # what C code has printed
    except BaseException as error:
        if code == UNSAFE:
            os.write(2, f"{NOT_SET_UP}: {error}\n".encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
