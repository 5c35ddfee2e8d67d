"""Runs untrusted Python: what a model wrote, or anything else nobody has read.

    python -m tasks.sandbox     tells which limits are on here

Every call is a fresh process in a session and a working folder of its own. Covered:
- time: a wall-clock limit that holds against sleep, busy C loops, ignored signals and children that keep the pipes
  open, and a CPU limit behind it
- memory (address space), size of files written, open files, core dumps
- output: read while it is produced, and the program stopped when it passes the cap
- left-overs: all processes of the call are killed, also those that left its session, and its folder is removed
- environment: no variable of the caller (tokens!) gets in; stdin is empty; -I keeps the caller's modules out
- started as root, the program runs as the user nobody, if that user can read this Python, and so can signal no
  process of the caller

Not covered: the network, reading files that the user (as root: nobody) may read, writing outside the working folder
where the user may write, filling the disk with many files, and, where it does not run as nobody, signals to the
user's other processes. Do not run a policy in training next to secrets.
"""
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
from pathlib import Path

NOBODY = 65534
MARK = "SANDBOX_CALL"  # in the environment of every process of a call: how those that hide are found again
MEGABYTE = 1 << 20

# Runs inside the new process, before the program. The limits are set here and not in a preexec_fn, which may deadlock
# when the caller has threads (torch does). The program is compiled under the name main.py, so that a traceback shows
# its own lines and no path: the model reads the same text on every machine.
BOOTSTRAP = """
import resource, sys, os
def limit(kind, value):
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        pass
memory, cpu, file_size, user = map(int, sys.argv[1:5])
limit(resource.RLIMIT_AS, memory)
limit(resource.RLIMIT_CPU, cpu)
limit(resource.RLIMIT_FSIZE, file_size)
limit(resource.RLIMIT_NOFILE, 64)
limit(resource.RLIMIT_CORE, 0)
if user:
    limit(resource.RLIMIT_NPROC, 64)
    os.setgroups([]); os.setresgid(user, user, user); os.setresuid(user, user, user)
with open("main.py", encoding="utf-8", errors="surrogatepass") as file:
    source = file.read()
def show(kind, error, trace):
    import linecache, traceback
    linecache.cache["main.py"] = (len(source), None, (source + "\\n").splitlines(True), "main.py")
    while trace and trace.tb_frame.f_code.co_filename != "main.py":
        trace = trace.tb_next
    try:
        text = "".join(traceback.format_exception(kind, error, trace))
    except MemoryError:
        text = "MemoryError\\n"
    sys.stderr.write(text.encode("utf-8", "backslashreplace").decode())
sys.excepthook = show
sys.argv = ["main.py"]
space = {"__name__": "__main__", "__builtins__": __builtins__}
exec(compile(source, "main.py", "exec"), space)
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
    folder = mark = None
    try:
        mark = os.urandom(16).hex()
        folder = tempfile.mkdtemp(prefix="sandbox-")
        with open(f"{folder}/main.py", "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(code)
        process = _start(folder, mark, timeout, memory_mb)
        try:
            outputs, reason = _read(process, start + timeout, output_chars)
        finally:
            _kill(process, mark)
    except OSError as error:  # no process, no disk, no descriptor left: this call fails, the caller lives
        return Result("killed", "", f"the sandbox could not start: {error.strerror}\n", time.monotonic() - start)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    return _result(outputs, reason, process.returncode, timeout, output_chars, time.monotonic() - start)


def run_many(codes: list[str], workers: int | None = None, **limits) -> list[Result]:
    """`run` each program, as many at once as there are cores; results in the order of the programs."""
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(lambda code: run(code, **limits), codes))


def _start(folder: str, mark: str, timeout: float, memory_mb: int) -> subprocess.Popen:
    user = 0
    if _can_be_nobody():
        user = NOBODY
        os.chown(folder, NOBODY, NOBODY)
    limits = [memory_mb * MEGABYTE, int(timeout) + 1, 64 * MEGABYTE, user]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8",
                   "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", MARK: mark}
    return subprocess.Popen([sys.executable, "-I", "-X", "utf8", "-c", BOOTSTRAP, *map(str, limits)], cwd=folder,
                            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            bufsize=0, start_new_session=True)


@functools.cache
def _can_be_nobody() -> bool:
    """Whether we are root and other users can reach the interpreter and its library (not so below /root)."""
    folders = {parent for prefix in (sys.prefix, sys.base_prefix) for parent in Path(f"{prefix}/lib").resolve().parents}
    return os.geteuid() == 0 and all(folder.stat().st_mode & 0o005 == 0o005 for folder in folders)


def _read(process: subprocess.Popen, deadline: float, cap: int) -> tuple[list[bytearray], str]:
    """stdout and stderr, at most `cap` bytes each, until the program ends, passes the cap or the deadline.

    The end is that of the process, not that of its pipes: a child that left the session may hold those for ever.
    """
    outputs = [bytearray(), bytearray()]
    with selectors.DefaultSelector() as selector:
        for number, pipe in enumerate((process.stdout, process.stderr)):
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, number)
        while True:
            ended = process.poll() is not None
            # A short wait, because the end of the process itself wakes nobody when a child holds the pipes.
            ready = selector.select(0 if ended else max(0.0, min(0.02, deadline - time.monotonic())))
            for key, _ in ready:
                data = key.fileobj.read(65536)
                if data:
                    outputs[key.data] += data
                elif data == b"":
                    selector.unregister(key.fileobj)
            if not ended and not selector.get_map():  # both pipes are closed: only the end is left to wait for
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
            if any(len(output) > cap for output in outputs):
                return outputs, "output"
            if ended and not ready:
                return outputs, "ended"
            if time.monotonic() > deadline:
                return outputs, "ended" if ended else "timeout"


def _kill(process: subprocess.Popen, mark: str):
    """Kill the call's session and whatever escaped from it, until nothing of it is found."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    while any([_kill_one(pid) for pid in _marked(mark)]):  # again: one may have forked while we looked
        time.sleep(0.001)


def _marked(mark: str) -> list[int]:
    """The processes that carry this call's mark in their environment; none where there is no /proc."""
    found, needle = [], f"{MARK}={mark}".encode()
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if needle in file.read():
                        found.append(int(name))
            except OSError:  # it is gone, or another user's
                pass
    return found


def _kill_one(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def _result(outputs, reason: str, code: int, timeout: float, cap: int, seconds: float) -> Result:
    """Name what happened, and say it in a last line of stderr where the program itself could not."""
    stdout, stderr = (bytes(output[:cap]).decode("utf-8", "replace") for output in outputs)
    status, line = "ok", ""
    if reason == "timeout" or code == -signal.SIGXCPU:
        status, line = "timeout", f"TimeoutError: stopped after {timeout:g} s"
    elif reason == "output":
        status, line = "output", f"OutputError: stopped after {cap} characters of output"
    elif "MemoryError" in stderr[-500:]:
        status = "memory"
    elif code < 0:
        status, line = "killed", f"killed by signal {-code}"
    elif code > 0:
        status = "error"
    if line:
        stderr += ("" if not stderr or stderr.endswith("\n") else "\n") + line + "\n"
    return Result(status, stdout, stderr, seconds)


def self_check():
    """Print, limit by limit, whether it is in force on this machine."""
    programs = {
        "wall clock": ("import time; time.sleep(9)", "timeout"), "cpu": ("while True: pass", "timeout"),
        "memory": ("bytearray(1 << 32)", "memory"), "output": ("while True: print('x' * 1000)", "output"),
        "file size": ("open('f', 'wb').truncate(1 << 28)", "error"),
        "open files": ("f = [open('main.py') for _ in range(999)]", "error"),
        "signals to the caller": (f"import os; os.kill({os.getpid()}, 0)", "error"),
    }
    for name, (code, wanted) in programs.items():
        print(f"{name:26}{'on' if run(code, timeout=1).status == wanted else 'OFF'}")


if __name__ == "__main__":
    self_check()
