"""Running untrusted Python: what the model wrote must not harm the machine, read what it should not, or end the caller.

    python -m tasks.sandbox     checks on this machine what is in force

A program runs as `python main.py` would (tests/test_ordinary_programs.py lists what differs), in a process of its own,
forked from a template: a clean process that never held torch, the caller's data or its environment, and that has
imported numpy, sympy and the like already. Nothing that a program does to modules, files, descriptors, environment or
random numbers is seen by the next one; random numbers begin alike in every call.

Covered everywhere:
- time: a wall-clock limit that holds against sleep, loops in C, ignored signals and closed pipes; a CPU limit behind it
- memory (beyond what Python and the imported libraries take), size of each file, open files, cores
- disk: 64 MB and 1000 files, looked at 20 to 100 times a second, so more can be there for a moment; threads likewise
- output: read while it is produced, the program stopped when it passes the cap; any bytes will do; stdin is empty
- left-overs: all processes of the call are killed, its folder is removed; with the caller, or its template, it dies too
- environment: no variable of the caller (tokens!) is handed on; the caller's modules are not found
Covered on Linux, each where the kernel has it (the check, and `gaps`, say so):
- system calls (seccomp, calls.py): a list of what ordinary programs need; so no network, no new processes or programs,
  no signal to or look into another process, no memory shared with one or outside the limit, nothing that outlives the
  call. Threads are allowed.
- files (Landlock): reading Python, its packages and the system's libraries, writing the call's own folder, no more:
  not data/, runs/ or the home folder; of the packages not those that make or check questions, nor the test tools
- started as root: each call runs as a user of its own, without rights over other users' files and processes. Where
  that cannot be, it runs without root's capabilities behind Landlock, or is not started.

Not covered: holes in the kernel itself (this is no virtual machine), and timing side channels. That a file outside
exists, its size and its times (`stat`) are not hidden. Files that a program has removed and still holds are counted
where /proc shows them. Native code may be brought along and run, behind the same walls. Without seccomp: network,
other processes, and fork bombs for as long as the wall clock lets them. Without Landlock: files that the user may
read, and writing where the user may write, and importing what makes questions; then do not train next to secrets.

calls.py, walls.py, folders.py: what confines a call; program.py: how it runs; template.py: the process that forks it.
"""
import asyncio
import codecs
import contextlib
import functools
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .folders import DISK_MB, MEGABYTE, remove
from .walls import THREADS
from .wire import UNSAFE, receive, send

PACKAGES = ("numpy", "sympy")  # programs that name one of these get a template that has imported them
LONGEST = 86_400.0          # seconds that a call may be given
GRACE = 15.0                # seconds past a call's limit after which its template counts as broken


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

    timeout: seconds of wall clock, a day at most; memory_mb: beyond what Python itself takes; output_chars: cap on each
    of stdout and stderr
    """
    start, timeout = time.monotonic(), min(timeout, LONGEST)
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
        line = line.format(timeout=timeout, memory_mb=memory_mb, output_chars=output_chars, code=-answer["code"],
                           reason=answer["reason"])
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


def gaps() -> str:
    """What is not covered on this machine, in one line for a stage to print; empty where all is."""
    try:
        template = _take_template(packages=False)
    except (OSError, EOFError) as error:
        return f"the sandbox cannot run any program: {error}\n"
    _idle[False].append(template)
    return "the sandbox has gaps here: " + "; ".join(template.lacking) + "\n" if template.lacking else ""


def _judge(answer: dict, flood: bool, stderr: str) -> tuple[str, str]:
    """Name what happened, and give the last line of stderr where the program could not say it by itself."""
    code, last_line = answer["code"], stderr.rstrip().rpartition("\n")[2]
    if flood:
        return "output", "OutputError: stopped after {output_chars} characters of output"
    if answer["reason"] == "disk":
        return "output", f"OutputError: stopped after {DISK_MB} MB of files"
    if answer["reason"] == "threads":
        return "killed", f"killed with more than {THREADS} threads"
    if answer["reason"] == "timeout" or code == -signal.SIGXCPU:
        return "timeout", "TimeoutError: stopped after {timeout:g} s"
    if code > 0 and "MemoryError" in last_line.partition(":")[0]:  # numpy has a MemoryError of its own
        return "memory", "MemoryError: stopped at {memory_mb} MB of memory"
    if code == UNSAFE:  # the call's process has said why, or else the template does
        return "killed", "" if answer["reason"] == "ended" else "{reason}"
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
                       "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}  # or each thread takes 64 MB of addresses
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-m", "sandbox.template", tempfile.gettempdir(), *PACKAGES * packages],
                env=environment, cwd=Path(__file__).parents[1], stdin=theirs, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, start_new_session=True)
        self.process.stdout.close()  # a pipe, as in a call: Python notes at its start that it cannot seek there
        self.folder = None
        self.socket.settimeout(120)  # a first import of sympy from a slow disk
        try:
            greeting = receive(self.socket)
            if "error" in greeting:
                raise OSError(greeting["error"])
            self.folder, self.layers, self.lacking = (greeting[name] for name in ("folder", "layers", "lacking"))
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
            send(self.socket, request)
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
                        answer = receive(self.socket)
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
            remove(self.folder)


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
