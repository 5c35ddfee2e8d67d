"""The sandbox under attack: each program tries one thing that it must not achieve."""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tasks import sandbox
from tasks.sandbox import run, run_many

own_users = pytest.mark.skipif(not sandbox._own_users(), reason="needs root and a Python that other users can read")


def processes(place: Path) -> list[str]:
    """Living processes that were started with a folder below `place` as their home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={place}".encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            pass
    return found


@pytest.fixture(autouse=True)
def place(monkeypatch):
    """Where the sandbox makes its folders. After every test no folder, process or descriptor is left behind."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    descriptors = os.listdir("/proc/self/fd")
    yield place
    assert list(place.glob("sandbox-*")) == []
    assert processes(place) == []
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)
    shutil.rmtree(place)


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
def test_a_grandchild_in_its_own_session_dies_with_the_call(place, more):
    plain, caught = place / "plain", place / "caught"

    def code(path):
        return ESCAPE.format(path=str(path), more=more.format(path=path))
    subprocess.run([sys.executable, "-c", code(plain)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    result = run(code(caught))
    assert result.status == "ok" and result.stdout == "parent\n"
    time.sleep(1.5)
    assert plain.exists()       # without the sandbox the attack works ...
    assert not caught.exists()  # ... and with it not


def test_a_child_that_keeps_the_pipes_is_not_waited_for():
    result = run("import os, time\nif os.fork() == 0: time.sleep(60)\nelse: print('parent')", timeout=30)
    assert result.status == "ok" and result.stdout == "parent\n" and result.seconds < 20


@own_users
def test_a_fork_bomb_is_small_and_ends():
    code = "import os, time\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass"
    result = run(code, timeout=1)
    assert result.status == "timeout" and result.seconds < 20


@own_users
@pytest.mark.parametrize("attack", [
    "os.kill({pid}, 0)", "os.kill(os.getppid(), 0)", "os.killpg(os.getpgid(os.getppid()), 0)",
    "open('/proc/{pid}/environ').read()", "open('{place}/other', 'w')"])
def test_the_caller_is_out_of_reach(place, attack):
    """Signal 0 asks whether another signal would be delivered."""
    place.chmod(0o755)
    assert "PermissionError" in run("import os\n" + attack.format(pid=os.getpid(), place=place)).stderr


@own_users
def test_one_call_cannot_read_the_folder_of_another(place):
    code = ("import os, time\ntime.sleep(0.3)\nfor name in os.listdir('..'):\n"
            "    if not os.path.samefile(os.path.join('..', name), '.'): os.listdir(os.path.join('..', name))")
    assert all("PermissionError" in result.stderr for result in run_many([code + "\ntime.sleep(1)"] * 2, workers=2))


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
    code = "import os; print(os.listdir()); open('note', 'w').write('x')"
    assert run(code).stdout == run(code).stdout == "['main.py']\n"


def test_the_callers_modules_cannot_be_imported(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("print('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "ModuleNotFoundError" in run("import mine").stderr
    assert "ModuleNotFoundError" in run("import main").stderr


@pytest.mark.parametrize("code, error", [
    ("open('big', 'wb').truncate(1 << 30)", "File too large"),
    ("files = [open('main.py') for _ in range(200)]", "Too many open files")])
def test_files_are_limited(code, error):
    assert error in run(code).stderr


@pytest.mark.parametrize("code", [
    "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    "import os\nos.makedirs('d/e'); os.chmod('d/e', 0); os.chmod('d', 0); os.chmod('.', 0)"], ids=["deep", "locked"])
def test_a_folder_that_resists_is_removed(code):
    assert run(code).status == "ok"  # the fixture looks for the folder


def test_results_come_in_the_order_of_the_programs():
    codes = [f"import time; time.sleep({0.2 if n % 3 == 0 else 0}); print({n})" for n in range(12)]
    assert [result.stdout for result in run_many(codes, workers=4)] == [f"{n}\n" for n in range(12)]


def test_programs_run_at_the_same_time(place):
    """Each waits for the file of the other, so one after the other neither would end."""
    codes = [f"import os, time\nopen('{place}/{me}', 'w')\nwhile not os.path.exists('{place}/{other}'): "
             "time.sleep(0.01)"
             for me, other in ("ab", "ba")]
    assert [result.status for result in run_many(codes, workers=2, timeout=20)] == ["ok", "ok"]


def test_no_disk_or_no_process_is_a_result_and_not_an_exception(monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(sandbox.tempfile, "mkdtemp", full)
        assert run("print(1)").status == "killed"
    with monkeypatch.context() as patch:
        patch.setattr(sandbox.subprocess, "Popen", full)
        assert "No space" in run("print(1)").stderr
