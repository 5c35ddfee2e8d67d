"""What the sandbox does with programs of all kinds, and with trouble of its own; attacks are in test_attacks.py."""
import asyncio
import importlib
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from conftest import ROOT, size

from tasks import sandbox
from tasks.sandbox import calls, run, run_many


@pytest.fixture(autouse=True)
def nothing_is_left(request):
    """After every test no process, folder or descriptor is left but those of idle templates."""
    run("")  # one template is there
    before = len(os.listdir("/proc/self/fd")), set(templates())
    yield
    extra = sum(map(len, sandbox._idle.values())) - 1
    assert len(os.listdir("/proc/self/fd")) <= before[0] + extra
    for template in templates():
        assert os.listdir(template.folder) == []
        children = Path(f"/proc/{template.process.pid}/task/{template.process.pid}/children").read_text()
        assert children == ""


def templates() -> list:
    return [template for idle in sandbox._idle.values() for template in idle]


@pytest.mark.parametrize("code, status, stdout", [
    ("print('hi')", "ok", "hi\n"), ("", "ok", ""), ("print('ü')", "ok", "ü\n"),
    ("if __name__ == '__main__': print(__name__, __file__)", "ok", "__main__ main.py\n"),
    ("def f(n): return n and n + f(n - 1)\nprint(f(4))", "ok", "10\n"),
    ("print(1); 1/0", "error", "1\n"), ("x = [0] * 10**10", "memory", ""),
    ("import os; os.kill(os.getpid(), 9)", "killed", ""), ("import os; os.killpg(0, 9)", "killed", ""),
    ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "timeout", ""),
    ("import sys; sys.exit(3)", "error", ""), ("raise SystemExit", "ok", ""), ("exit()", "ok", ""),
    ("import os; os._exit(0)", "ok", ""), ("import os; os._exit(7)", "error", ""),
    ("input()", "error", ""), ("import sys; print(repr(sys.stdin.read()))", "ok", "''\n")])
def test_what_a_program_comes_to(code, status, stdout):
    result = run(code)
    assert (result.status, result.stdout) == (status, stdout)
    assert (result.stderr != "") == (status != "ok" and "exit" not in code)


def test_numpy_can_be_imported():
    pytest.importorskip("numpy")
    assert run("import numpy; print(numpy.arange(3).sum())").stdout == "3\n"


def test_the_program_is_the_module_main():
    """pickle, dataclasses and multiprocessing look names up in sys.modules["__main__"]."""
    code = "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)"
    assert run(code).stdout == "A\n"


def test_a_set_prints_in_the_same_order_each_time():
    assert len({run("print({str(n) for n in range(50)})").stdout for _ in range(3)}) == 1


@pytest.mark.parametrize("code, error", [("a\0b", "null bytes"), ("x = '\ud800'", "surrogates not allowed")])
def test_source_that_is_no_text_is_an_error_of_the_program(code, error):
    result = run(code)
    assert result.status == "error" and error in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("code, report", [
    ("def f():\n    raise ValueError('ü')\n\nf()",
     'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n    f()\n'
     '  File "main.py", line 2, in f\n    raise ValueError(\'ü\')\nValueError: ü\n'),
    ("import os\nos.chdir('/')\n1/0", 'Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n'
     '    1/0\n    ~^~\nZeroDivisionError: division by zero\n'),
    ("print((1", '  File "main.py", line 1\n    print((1\n         ^\nSyntaxError: \'(\' was never closed\n'),
    ("import json\njson.loads('x')", 'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n'
     "    json.loads('x')\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"),
    ("try:\n    int('x')\nexcept ValueError:\n    raise KeyError(1)",
     'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n    int(\'x\')\n'
     "ValueError: invalid literal for int() with base 10: 'x'\n\n"
     "During handling of the above exception, another exception occurred:\n\n"
     'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n    raise KeyError(1)\nKeyError: 1\n'),
], ids=["function", "other folder", "syntax", "library", "chain"])
def test_a_traceback_shows_the_programs_own_lines_and_no_path(code, report):
    def without_carets(text):  # Pythons differ in these: they are lines of ~ and ^ only
        return [line for line in text.split("\n") if not line or line.strip(" ~^")]
    assert without_carets(run(code).stderr) == without_carets(report)


@pytest.mark.parametrize("code", [
    "import time; time.sleep(60)", "while True: pass", "sum(range(10**12))",
    "import signal, time\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except OSError: pass\n"
    "time.sleep(60)",
    "import os, time\nos.close(1); os.close(2)\ntime.sleep(60)"],
    ids=["sleep", "loop", "loop in C", "ignored signals", "closed pipes"])
def test_the_wall_clock_ends_what_does_not_end(code):
    start = time.monotonic()
    result = run(code, timeout=0.5)
    assert result.status == "timeout" and result.stderr.endswith("TimeoutError: stopped after 0.5 s\n")
    assert time.monotonic() - start < 20


def test_what_was_printed_before_the_end_is_kept():
    assert run("print('so far', flush=True)\nwhile True: pass", timeout=0.5).stdout == "so far\n"


def test_processor_time_is_limited():
    """The limit is per process and above the wall clock: it is there for threads, and for when the caller is gone."""
    assert run("import resource; print(resource.getrlimit(resource.RLIMIT_CPU))", timeout=2.5).stdout == "(3, 4)\n"


@pytest.fixture
def old_kernel(tmp_path, monkeypatch):
    """The sandbox as it is where the kernel offers neither seccomp nor Landlock."""
    shutil.copytree(Path(sandbox.__file__).parent, tmp_path / "old" / "sandbox")
    for file, new, old in (("calls.py", '"x86_64": (0', '"neither": (0'), ("calls.py", '"aarch64": (1', '"nor": (1'),
                           ("walls.py", "self._syscall(444", "self._syscall(99999")):
        source = (tmp_path / "old" / "sandbox" / file).read_text()
        assert new in source
        (tmp_path / "old" / "sandbox" / file).write_text(source.replace(new, old))
    monkeypatch.syspath_prepend(tmp_path / "old")
    module = importlib.import_module("sandbox")
    assert not any(module._take_template(packages=False).layers[name] for name in ("system calls", "files"))
    yield module
    for idle in module._idle.values():
        for template in idle:
            template.close()
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]


ESCAPE = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {more}
        time.sleep(0.5)
        open({path!r}, "w").write("escaped")
        time.sleep(2)
    os._exit(0)
print("parent")
"""


@pytest.mark.parametrize("more", ["pass", "import signal; signal.signal(15, signal.SIG_IGN)", "os.chdir('/')",
                                  "os.execve('/bin/sh', ['sh', '-c', 'sleep 1; touch {path}; sleep 2'], {{}})"])
def test_on_an_old_kernel_a_grandchild_in_its_own_session_dies_with_the_call(old_kernel, tmp_path, more):
    tmp_path.chmod(0o777)
    plain, caught = tmp_path / "plain", tmp_path / "caught"

    def code(path):
        return ESCAPE.format(path=str(path), more=more.format(path=path))
    subprocess.run([sys.executable, "-c", code(plain)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    result = old_kernel.run(code(caught))
    assert result.status == "ok" and result.stdout == "parent\n"
    time.sleep(1.5)
    assert plain.exists()       # without the sandbox the attack works ...
    assert not caught.exists()  # ... and with it not


def test_on_an_old_kernel_a_child_that_keeps_the_pipes_is_not_waited_for(old_kernel):
    result = old_kernel.run("import os, time\nif os.fork() == 0: time.sleep(60)\nelse: print('parent')", timeout=30)
    assert result.status == "ok" and result.stdout == "parent\n" and result.seconds < 20


def test_on_an_old_kernel_a_swapped_folder_does_no_harm(old_kernel, tmp_path):
    target = tmp_path / "target"
    target.mkdir(mode=0o755)
    (target / "kept").write_text("x")
    code = f"import os\nhere = os.getcwd()\nos.chdir('/')\nos.rmdir(here)\nos.symlink({str(target)!r}, here)"
    old_kernel.run(code)
    assert old_kernel.run("print(1)").stdout == "1\n"
    assert (target / "kept").read_text() == "x" and target.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("code", [
    "x = bytearray(1 << 30)", "x = []\nwhile True: x.append(bytearray(100))",
    "import numpy\nx = [numpy.ones(10**7) for _ in range(99)]"], ids=["at once", "bit by bit", "numpy"])
def test_memory_is_limited_and_reported(code):
    if "numpy" in code:
        pytest.importorskip("numpy")
    result = run(code, timeout=30, memory_mb=256)
    assert result.status == "memory" and result.stderr.endswith("MemoryError: stopped at 256 MB of memory\n")
    if "append" not in code:  # where small pieces filled the memory, none may be left to note the line in
        assert result.stderr.startswith('Traceback (most recent call last):\n  File "main.py"')


def test_to_speak_of_memory_is_not_to_lack_it():
    assert run("import sys; print('MemoryError', file=sys.stderr)").status == "ok"
    assert run("import sys; print('MemoryError', file=sys.stderr); 1/0").status == "error"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_of_output_is_stopped_at_the_cap(stream):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run(f"import sys\nwhile True: sys.{stream}.write('x' * 10000)", timeout=30, output_chars=5000)
    assert result.status == "output" and getattr(result, stream).startswith("x" * 5000)
    assert result.stderr.endswith("OutputError: stopped after 5000 characters of output\n")
    assert len(result.stdout + result.stderr) < 10100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_the_cap_counts_characters_and_not_bytes():
    assert run("print('字' * 99, end='')", output_chars=99).stdout == "字" * 99
    assert run("print('字' * 100, end='')", output_chars=99).stdout == "字" * 99


def test_output_need_not_be_text():
    assert run("import sys; sys.stdout.buffer.write(b'a\\xff\\xc3')").stdout == "a\ufffd\ufffd"


def test_no_variable_of_the_caller_gets_in(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret-7")
    code = "import os; print(os.environ)"
    assert "secret-7" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert "secret-7" not in run(code).stdout


def test_a_call_sees_nothing_of_the_one_before():
    code = """
import builtins, json, math, os, random, sys, tempfile, threading
print(os.listdir(), hasattr(json, "note"), math.pi, ord.__name__, os.environ.get("NOTE"), random.random(), sys.path[:0])
print(os.listdir(tempfile.gettempdir()), [t.name for t in threading.enumerate()], os.getcwd() == os.environ["HOME"])
open("note", "w").write("x"); json.note = 1; math.pi = 3; builtins.ord = print; os.environ["NOTE"] = "x"; os.chdir("/")
random.seed(7); sys.path.insert(0, "x"); threading.Thread(target=print, daemon=True).start(); os.umask(0o777)
"""
    first = run(code)
    assert first.status == "ok" and first.stdout.startswith("['main.py'] False 3.14159") and "None" in first.stdout
    assert {run(code).stdout for _ in range(5)} == {first.stdout}


def test_nothing_of_a_call_is_left_on_its_descriptors_or_its_folder():
    look = "import fcntl, os\nprint([fcntl.fcntl(n, fcntl.F_GETFL) for n in range(3)], os.stat('.').st_size, os.listdir())"
    change = ("import fcntl, os\nfor n in range(3): fcntl.fcntl(n, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND | os.O_ASYNC)\n"
              "for n in range(800): open('n' * 200 + str(n), 'w').close()\nfor n in range(800): os.remove('n' * 200 + str(n))")
    first = run(look).stdout
    run(change, timeout=20)
    assert run(look).stdout == first != ""


def test_many_folders_are_stopped_before_it_takes_long_to_clear_them_away():
    code = "import os, time\nfor n in range(4500): os.makedirs(f'd{n}/e', 0o500)\ntime.sleep(9)"
    assert run(code, timeout=5).status == "output"


def test_signals_that_the_caller_ignores_and_very_long_limits_do_not_matter():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        templates_of_before = sandbox._idle[False][:]
        sandbox._idle[False].clear()
        assert run("print(1)", timeout=1e9).stdout == "1\n"
        sandbox._idle[False].pop().close()
        sandbox._idle[False] += templates_of_before
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_place_without_room_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox.tempfile, "gettempdir", lambda: str(tmp_path / "gone"))
    monkeypatch.setitem(sandbox._idle, False, [])
    assert "No such file" in run("print(1)").stderr and "gone" in run("print(1)").stderr


def test_a_temporary_folder_that_others_may_not_enter_will_do(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(sandbox.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setitem(sandbox._idle, False, [])
    code = "import os, tempfile\nwith tempfile.NamedTemporaryFile('w') as f: print(os.path.exists(f.name))"
    assert run(code).stdout == "True\n"
    sandbox._idle[False].pop().close()


def test_the_numbers_of_system_calls_are_the_kernels():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("no kernel headers here")
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read_text()))
    named = [call.split() for rules, _ in calls._rules() for call in rules.split(",")]
    assert len(named) > 150
    assert [name for name, number, _ in named if known.get(name, number) != number] == []


ALONE = """
import ctypes, os, struct, sys
sys.path.insert(0, sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
if sys.argv[2] == "no way to another user":
    rights = struct.pack("6I", 0x3F, 0x3F, 0, 0, 0, 0)  # neither CAP_SETGID nor CAP_SETUID
    assert libc.capset(struct.pack("Ii", 0x20080522, 0), rights) == 0
steps = [(0x20, 0, 0, 0), (0x35, 0, 2, 444), (0x35, 1, 0, 447), (6, 0, 0, 0x00050026), (6, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)), 0, 0) == 0
from tasks import sandbox
print(sandbox.gaps(), sandbox.run("import os; print('uid', os.getuid()); print(len(open('/etc/shadow').read()))"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has these rights to give up")
@pytest.mark.parametrize("case", ["no Landlock", "no way to another user"])
def test_root_without_landlock_gives_up_its_rights_or_does_not_start_a_program(case):
    assert open("/etc/shadow").read()
    done = subprocess.run([sys.executable, "-c", ALONE, str(ROOT), case], capture_output=True, text=True)
    assert "without Landlock" in done.stdout and "uid 0" not in done.stdout, done.stdout + done.stderr
    if case == "no Landlock":
        assert "uid 1879" in done.stdout and "PermissionError" in done.stdout, done.stdout
    else:
        assert done.stdout.count("rights cannot be given up here") == 2 and "status='killed'" in done.stdout


def test_numpys_random_numbers_begin_alike_in_every_call():
    pytest.importorskip("numpy")
    code = "import numpy; print(numpy.random.rand()); numpy.random.seed(3)"
    assert run(code).stdout == run(code).stdout != ""


def test_the_callers_modules_cannot_be_imported(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("print('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "ModuleNotFoundError" in run("import mine").stderr


@pytest.mark.parametrize("code, error", [
    ("open('big', 'wb').truncate(1 << 30)", "File too large"),
    ("files = [open(str(n), 'w') for n in range(200)]", "Too many open files")])
def test_files_are_limited(code, error):
    assert error in run(code).stderr


@pytest.mark.parametrize("code", [
    "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    "import os\nos.makedirs('d/e'); os.chmod('d/e', 0); os.chmod('d', 0); os.chmod('.', 0)"], ids=["deep", "locked"])
def test_a_folder_that_resists_is_removed(code):
    assert run(code).status in ("ok", "output")  # the fixture looks for what is left


def test_results_come_in_the_order_of_the_programs():
    codes = [f"import time; time.sleep({0.2 if n % 3 == 0 else 0}); print({n})" for n in range(12)]
    assert [result.stdout for result in run_many(codes, workers=4)] == [f"{n}\n" for n in range(12)]


def test_programs_run_at_the_same_time():
    """Both sleep for a second. One after the other they would take two, however fast the machine."""
    results = run_many(["import time; a = time.time(); time.sleep(1); print(a, time.time())"] * 2, workers=2)
    (start, end), (other_start, other_end) = (map(float, result.stdout.split()) for result in results)
    assert start < other_end and other_start < end


def test_programs_run_in_the_background_and_under_asyncio():
    future = sandbox.submit("print(6 * 7)")
    assert future.result().stdout == "42\n"

    async def two():
        return await asyncio.gather(sandbox.run_async("print(1)"), sandbox.run_async("1/0"))
    assert [result.status for result in asyncio.run(two())] == ["ok", "error"]


def test_no_disk_or_no_process_is_a_result_and_not_an_exception(monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(sandbox.subprocess, "Popen", full)
        patch.setitem(sandbox._idle, False, [])
        assert "No space" in run("print(1)").stderr
    with monkeypatch.context() as patch:
        patch.setattr(sandbox.os, "pipe", full)
        assert run("print(1)").status == "killed"
    assert run("print(1)").status == "ok"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_template_that_dies_is_replaced_and_its_folder_removed(number, monkeypatch):
    monkeypatch.setattr(sandbox, "GRACE", 0.5)
    template = sandbox._idle[False][-1]
    os.kill(template.process.pid, number)
    if number == signal.SIGKILL:
        template.process.wait()
    else:
        assert run("print(1)", timeout=0.5).status == "killed"
    assert run("print(1)").stdout == "1\n"
    assert not os.path.exists(template.folder)


def test_a_template_that_dies_during_a_call_gives_that_call_a_status():
    template = sandbox._idle[False][-1]
    threading.Timer(0.5, template.process.kill).start()
    start = time.time()
    assert run("import time; time.sleep(20)", timeout=30).status == "killed" and time.time() - start < 15
    assert run("print(1)").stdout == "1\n"


def test_the_program_dies_with_its_caller(tmp_path):
    """The caller is killed outright: neither the program nor its template nor their folder stays."""
    code = ("import sys; sys.path.insert(0, sys.argv[1])\nfrom tasks import sandbox\n"
            "t = sandbox._take_template(False)\nsandbox._idle[False].append(t)\n"
            "print(t.process.pid, t.folder, flush=True)\n"
            "sandbox.run('import time; time.sleep(60)', timeout=60)")
    caller = subprocess.Popen([sys.executable, "-c", code, str(ROOT)], stdout=subprocess.PIPE, text=True)
    pid, folder = caller.stdout.readline().split()
    time.sleep(1)
    caller.kill()
    caller.wait()
    caller.stdout.close()
    for _ in range(100):
        if not os.path.exists(folder) and not os.path.exists(f"/proc/{pid}"):
            break
        time.sleep(0.1)
    assert not os.path.exists(folder) and not os.path.exists(f"/proc/{pid}")


def test_a_fork_of_the_caller_has_templates_of_its_own():
    run("")
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(write, run("print('child')").stdout.encode())
        for template in templates():
            template.close()
        os._exit(0)
    os.close(write)
    assert run("print('parent')").stdout == "parent\n"
    os.waitpid(pid, 0)
    assert os.read(read, 100) == b"child\n"
    os.close(read)


def test_many_files_are_limited_together():
    code = "import time\nfor n in range(60): open(str(n), 'wb').write(bytes(1 << 21))\ntime.sleep(20)"
    result = run(code, timeout=30)
    assert result.status == "output" and result.stderr == "OutputError: stopped after 64 MB of files\n"


def test_the_filter_holds_the_mark_for_the_process_where_it_belongs():
    """The number of the process replaces a mark in the finished filter: nothing else in it may look like that."""
    mark = struct.pack("I", calls.PID_MARK)
    steps = [calls.build()[start:start + 8] for start in range(0, len(calls.build()), 8)]
    assert calls.build().count(mark) == sum(step[4:] == mark and step[0] == calls.EQUAL for step in steps) >= 6


MIXED = ["print(sum(range({n})))", "1/0", "import sys; sys.exit({n} % 3)", "x = 'a' * {n}\nprint(len(x))",
         "import numpy; print(numpy.arange({n}).sum())", "open('f', 'w').write('x' * {n}); print(open('f').read()[:3])",
         "import sympy; print(sympy.sqrt({n}))", "print('é' * ({n} % 50))", "import threading\n"
         "t = threading.Thread(target=print, args=({n},)); t.start(); t.join()", "while True: print('x' * 5000)"]


def test_thousands_of_mixed_calls_leak_nothing_and_do_not_mix():
    pytest.importorskip("sympy")
    codes = [random.Random(n).choice(MIXED).format(n=n) for n in range(size(1000, 10_000))]
    alone = {code: outcome(run(code)) for code in codes[:200]}
    run_many(codes[:200])

    def held():
        processes = [template.process.pid for template in templates()]
        memory = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes) // len(processes)
        return len(os.listdir("/proc/self/fd")), len(processes), memory, len(list(Path(tempfile.gettempdir()).glob(
            "sandbox-*")))
    before = held()
    results = run_many(codes)
    assert all(outcome(result) == alone[code] for code, result in zip(codes, results) if code in alone)
    assert all(result.status in ("ok", "error", "output") for result in results)
    after = held()
    assert after[0] <= before[0] + 2 and after[1] <= before[1] + 1 and after[3] <= before[3] + 1
    assert after[2] < before[2] * 1.2  # pages of memory per template


def outcome(result) -> tuple:
    return result.status, result.stdout, result.stderr
