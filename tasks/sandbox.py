"""Runs untrusted Python: what a model wrote, or anything else nobody has read.

    python -m tasks.sandbox     tells which limits are on here

Every call is a fresh process in a session and a working folder of its own. Covered:
- time: a wall-clock limit that holds against sleep, busy C loops, ignored signals and children that keep the pipes
  open, and a CPU limit behind it
- memory (address space, per process), size of each file written, open files, core dumps
- output: read while it is produced, and the program stopped when it passes the cap
- left-overs: all processes of the call are killed, also those that left its session, and its folder is removed
- environment: no variable of the caller (tokens!) is handed on; stdin is empty; the caller's modules are not found
- started as root, where other users can read this Python and its packages (`python -m tasks.sandbox` tells), each
  call runs as a user of its own. It can then signal no other process, read neither /proc/.../environ of the caller
  nor the folder of another call, and hold at most 64 processes and threads.

Not covered, ever: the network, reading what any user may read, writing where any user may write (/tmp), filling the
disk with many files, and the end of a program whose caller is killed before it could clean up.
Not covered where the program runs as the caller's user: signals to that user's other processes, the caller among
them; /proc/<caller>/environ and the user's files, with whatever secrets are there; a fork bomb, since a limit on
processes counts all that the user has; a process that leaves the session, the folder and its environment.
Do not run a policy in training next to secrets.
"""
import codecs
import contextlib
import functools
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

MEGABYTE = 1 << 20
FIRST_USER = 0x70000000  # the first of a range of user numbers that nothing hands out; a call's user is this + its pid

# Runs inside the new process, before the program. The limits are set here and not in a preexec_fn, which may deadlock
# when the caller has threads (torch does). The program is compiled under the name main.py and is the module __main__
# (pickle looks there). Its traceback shows its own lines and no path: the model reads the same text on every machine.
BOOTSTRAP = """
import os, resource, sys

def limit(kind, soft, hard):
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):
        pass

def show(kind, error, trace):
    limit(resource.RLIMIT_AS, memory + spare, memory + spare)  # to report that memory is short takes memory
    import linecache, traceback
    linecache.cache["main.py"] = (len(source), None, (source + "\\n").splitlines(True), "main.py")
    report = traceback.TracebackException(kind, error, trace, compact=True)
    parts = [report]
    for part in parts:
        part.stack[:] = [frame for frame in part.stack if frame.filename == "main.py"]
        parts += filter(None, [part.__cause__, part.__context__, *(getattr(part, "exceptions", None) or [])])
    sys.stderr.write("".join(report.format()).encode("utf-8", "backslashreplace").decode())

memory, spare, cpu, file_size, first_user = map(int, sys.argv[1:])
limit(resource.RLIMIT_AS, memory, memory + spare)
limit(resource.RLIMIT_CPU, cpu, cpu + 1)  # first a signal that says why, then the end
limit(resource.RLIMIT_FSIZE, file_size, file_size)
limit(resource.RLIMIT_NOFILE, 64, 64)
limit(resource.RLIMIT_CORE, 0, 0)
if first_user:
    user = first_user + os.getpid()
    os.chown(".", user, user)
    os.chown("main.py", user, user)
    limit(resource.RLIMIT_NPROC, 64, 64)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
with open("main.py", encoding="utf-8", errors="surrogatepass") as file:
    source = file.read()
sys.excepthook = show
sys.argv = ["main.py"]
sys.path.remove("")
main = sys.modules["__main__"] = type(sys)("__main__")
main.__file__ = "main.py"
exec(compile(source, "main.py", "exec"), vars(main))
"""

# Ends well if a process may become another user here and can then still read every package.
PROBE = """
import os, sys
folders = [path for path in sys.path if os.path.isdir(path)]
folders += [entry.path for path in folders for entry in os.scandir(path) if entry.is_dir()]
user = int(sys.argv[1]) + os.getpid()
os.setgroups([]); os.setresgid(user, user, user); os.setresuid(user, user, user)
sys.exit(not all(os.access(folder, os.R_OK | os.X_OK) for folder in folders))
"""


@dataclass(frozen=True)
class Result:
    """What a call came to. status: ok; error (it raised or exited with a code); timeout; memory; output (too much);
    killed (by a signal, or it could not be started). seconds: wall clock."""
    status: str
    stdout: str
    stderr: str
    seconds: float


def run(code: str, timeout: float = 5.0, memory_mb: int = 512, output_chars: int = 20_000) -> Result:
    """Run a program and return what it printed. Never raises for anything the program is or does.

    timeout: seconds of wall clock; memory_mb: megabytes of address space; output_chars: cap on stdout and on stderr
    """
    start = time.monotonic()
    folder = None
    try:
        folder = tempfile.mkdtemp(prefix="sandbox-")
        with open(f"{folder}/main.py", "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(code)
        process = _start(folder, timeout, memory_mb)
        try:
            outputs, reason = _read(process, start + timeout, output_chars)
        finally:
            _kill(process, folder)
    except OSError as error:  # no process, no disk, no descriptor left: this call fails, the caller lives
        return Result("killed", "", f"the sandbox could not start: {error.strerror}\n", time.monotonic() - start)
    finally:
        if folder:
            _remove(folder)
    seconds = time.monotonic() - start
    stdout, stderr = (output[:output_chars] for output in outputs)
    status, line = _judge(reason, process.returncode, stderr)
    if line:
        line = line.format(timeout=timeout, memory_mb=memory_mb, output_chars=output_chars, code=-process.returncode)
        stderr += ("\n" if stderr and not stderr.endswith("\n") else "") + line + "\n"
    return Result(status, stdout, stderr, seconds)


def run_many(codes: list[str], workers: int | None = None, **limits) -> list[Result]:
    """`run` each program, as many at once as there are cores; results in the order of the programs."""
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(lambda code: run(code, **limits), codes))


def _start(folder: str, timeout: float, memory_mb: int) -> subprocess.Popen:
    limits = [memory_mb * MEGABYTE, 64 * MEGABYTE, int(timeout) + 1, 64 * MEGABYTE, FIRST_USER * _own_users()]
    # A fixed hash seed: sets print in the same order each time. The flag -I would ignore it, and what else -I keeps
    # out is not in this environment.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8",
                   "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-s", "-X", "utf8", "-c", BOOTSTRAP, *map(str, limits)], cwd=folder,
                            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            bufsize=0, start_new_session=True)


@functools.cache
def _own_users() -> bool:
    """Whether each call can be a user of its own: we are root, may change users (not so in every container), and
    others can read this Python (not so below /root)."""
    command = [sys.executable, "-I", "-c", PROBE, str(FIRST_USER)]
    return os.geteuid() == 0 and subprocess.run(command, cwd="/", capture_output=True).returncode == 0


def _read(process: subprocess.Popen, deadline: float, cap: int) -> tuple[list[str], str]:
    """stdout and stderr until the program ends, passes `cap` characters or the deadline, and which of these it was.

    The end is that of the process, not that of its pipes: a child that left the session may hold those for ever.
    """
    outputs, reason = ["", ""], ""
    decoders = [codecs.getincrementaldecoder("utf-8")("replace") for _ in outputs]
    with selectors.DefaultSelector() as selector:
        for number, pipe in enumerate((process.stdout, process.stderr)):
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, number)
        while not reason:
            ended = process.poll() is not None
            # A short wait, because the end of the process itself wakes nobody when a child holds the pipes.
            ready = selector.select(0 if ended else max(0.0, min(0.02, deadline - time.monotonic())))
            for key, _ in ready:
                data = key.fileobj.read(65536)
                if data:
                    outputs[key.data] += decoders[key.data].decode(data)
                elif data == b"":
                    selector.unregister(key.fileobj)
            if not ended and not selector.get_map():  # both pipes are closed: only the end is left to wait for
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
            if max(map(len, outputs)) > cap:
                reason = "output"
            elif ended and not ready:
                reason = "ended"
            elif time.monotonic() > deadline:
                reason = "ended" if ended else "timeout"
    return [output + decoder.decode(b"", final=True) for output, decoder in zip(outputs, decoders)], reason


def _judge(reason: str, code: int, stderr: str) -> tuple[str, str]:
    """Name what happened, and give the last line of stderr where the program could not say it by itself."""
    last_line = stderr.rstrip().rpartition("\n")[2]
    if reason == "output":
        return "output", "OutputError: stopped after {output_chars} characters of output"
    if reason == "timeout" or code == -signal.SIGXCPU:
        return "timeout", "TimeoutError: stopped after {timeout:g} s"
    if code > 0 and "MemoryError" in last_line.partition(":")[0]:  # numpy has a MemoryError of its own
        return "memory", "MemoryError: stopped at {memory_mb} MB of memory"
    if code < 0:
        return "killed", "killed by signal {code}"
    return ("error" if code else "ok"), ""


def _kill(process: subprocess.Popen, folder: str):
    """Kill the call's session and whatever escaped from it, until nothing of it is found."""
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: the latter when all of it are zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    give_up = time.monotonic() + 5
    while (escaped := _escaped(process.pid, folder)) and time.monotonic() < give_up:
        for pid in escaped:  # and look again: one may have forked meanwhile
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _escaped(pid: int, folder: str) -> list[int]:
    """The living processes of a call that began as `pid`; none where there is no /proc."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc/self") else []):
        with contextlib.suppress(OSError):  # it is gone, or another user's
            if _belongs(f"/proc/{name}", pid, folder):
                found.append(int(name))
    return found


def _belongs(process: str, pid: int, folder: str) -> bool:
    """Whether a process has the user of the call; without such a user, its folder or its environment."""
    if _own_users():  # in many containers root may not read another user's environ, but everyone may read status
        with open(f"{process}/status", "rb") as file:
            status = file.read()
        return f"\nUid:\t{FIRST_USER + pid}\t".encode() in status and b"\nState:\tZ" not in status
    with open(f"{process}/environ", "rb") as file:
        return f"HOME={folder}".encode() in file.read() or os.readlink(f"{process}/cwd").startswith(folder)


def _remove(folder: str):
    """Remove a folder, also one made to resist: locked for its owner, or too deep for rmtree."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.exists(folder):
        with contextlib.suppress(OSError):
            subprocess.run(["sh", "-c", 'chmod -R u+rwX "$0"; rm -rf "$0"', folder], capture_output=True)


def self_check():
    """Print, limit by limit, whether it is in force on this machine."""
    programs = {
        "wall clock": ("import time; time.sleep(9)", "timeout"),
        "memory": ("bytearray(1 << 32)", "memory"), "output": ("while True: print('x' * 1000)", "output"),
        "file size": ("open('f', 'wb').truncate(1 << 28)", "error"),
        "open files": ("f = [open('main.py') for _ in range(999)]", "error"),
        "a user for each call": (f"import os; os.kill({os.getpid()}, 0)", "error"),
    }
    for name, (code, wanted) in programs.items():
        print(f"{name:26}{'on' if run(code, timeout=1).status == wanted else 'OFF'}")


if __name__ == "__main__":
    self_check()
