"""Programs that models write do in the sandbox what they do under `python main.py`: they print the same, on both streams.

Known differences:
- tracebacks name "main.py" without its folder and leave out the frames of libraries, as these differ between machines
- recursion ends ten frames earlier than at its limit
- the random numbers and the order of sets are the same in every call; `sys.argv[0]` and `__file__` are "main.py"
- an uncaught PermissionError, or failure to find a host, is followed by a line that says what is not allowed;
  `os.system` raises PermissionError
- chmod, chown, utime, fsync and file locks succeed without doing anything; extended attributes are not supported
- /proc, /sys, /tmp, other users' names and the caller's environment are not there
- what only the interpreter's last moments would reach (objects held by library modules) is not taken down
"""
import re
import subprocess
import sys

import pytest
from conftest import size

from tasks import sandbox

PROGRAMS = {
    "hello": "print('Hello, world!')",
    "main guard": "def main():\n    print('in main')\nif __name__ == '__main__':\n    main()",
    "arithmetic": "print(7 // 2, -7 % 3, 2 ** 0.5, 1e300 * 1e10, round(2.5))",
    "big integers": "import math\nprint(math.factorial(200), 3 ** 1000 % 1000007, pow(3, -1, 11))",
    "too many digits": "print(10 ** 5000)",
    "fractions, decimals": "from fractions import Fraction\nfrom decimal import Decimal, getcontext\n"
        "getcontext().prec = 40\nprint(Fraction(1, 3) + Fraction(1, 6), Decimal(2).sqrt())",
    "comprehensions": "print({n: n * n for n in range(5)}, [x for x in 'abc'], sum(n for n in range(10)))",
    "f-strings": "x = 3.14159\nprint(f'{x:.2f} {x!r:>10} {12345:,} {0.25:%}')",
    "dataclass": "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass P:\n    x: int\n"
        "    y: list = field(default_factory=list)\nprint(P(1), P(1) < P(2), sorted([P(3), P(2)]))",
    "enum": "from enum import Enum, auto\nclass C(Enum):\n    RED = auto()\n    BLUE = auto()\nprint(list(C), C['RED'])",
    "pickle": "import pickle\nclass A:\n    def __init__(self): self.x = 1\nprint(pickle.loads(pickle.dumps(A())).x)",
    "json": "import json\nprint(json.dumps({'a': [1, None, True], 'ü': 'é'}, ensure_ascii=False, indent=1))",
    "csv": "import csv, io\nw = io.StringIO(); csv.writer(w).writerows([[1, 'a,b'], [2, 'c']]); print(w.getvalue())",
    "regex": "import re\nprint(re.findall(r'(\\w+)@(\\w+)', 'a@b c@d'), re.sub(r'\\d', '#', 'a1b2'))",
    "itertools": "from itertools import permutations, groupby\nprint(list(permutations('abc', 2)), "
        "[(k, len(list(g))) for k, g in groupby('aabbb')])",
    "collections": "from collections import Counter, deque, defaultdict\nprint(Counter('hello').most_common(2), "
        "deque([1, 2], maxlen=2), dict(defaultdict(int, a=1)))",
    "heap": "import heapq\nh = [5, 1, 4]\nheapq.heapify(h)\nprint(heapq.heappop(h), heapq.nsmallest(2, h))",
    "unicode": "s = 'naïve 字 🎉'\nprint(s, len(s), s.encode(), s.upper(), s[::-1])",
    "byte order mark": "\ufeffprint('after the mark')",
    "deep recursion": "import sys\nsys.setrecursionlimit(50000)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(20000))",
    "endless recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "generators": "def g():\n    x = yield 1\n    print('got', x)\n    yield 2\ni = g(); print(next(i), i.send('x'))",
    "decorators and caches": "from functools import lru_cache\n@lru_cache(None)\ndef fib(n): return n if n < 2 else fib(n-1) + "
        "fib(n-2)\nprint(fib(90), fib.cache_info())",
    "context manager": "from contextlib import contextmanager\n@contextmanager\ndef c():\n    print('in')\n    yield 5\n"
        "    print('out')\nwith c() as x: print(x)",
    "match": "def f(x):\n    match x:\n        case [a, *b]: return a, b\n        case {'k': v}: return v\n        case _: return 0\n"
        "print(f([1, 2]), f({'k': 3}), f(1))",
    "type hints": "from typing import Optional\ndef f(x: int) -> Optional[str]: return None\nprint(f.__annotations__)\n"
        "y: int = 3\nprint(__annotations__)",
    "dates": "from datetime import date, timedelta\nprint(date(2024, 2, 28) + timedelta(2), date(2024, 1, 1).strftime('%A'))",
    "time zones": "from datetime import datetime\nfrom zoneinfo import ZoneInfo\n"
        "print(datetime(2024, 7, 1, tzinfo=ZoneInfo('Europe/Paris')))",
    "hashes": "import hashlib, base64\nprint(hashlib.sha256(b'x').hexdigest(), base64.b64encode(b'abc'))",
    "seeded random": "import random\nrandom.seed(5)\nprint(random.random(), random.sample(range(100), 3))",
    "sqlite": "import sqlite3\nc = sqlite3.connect('d.db')\nc.execute('create table t (x)')\nc.execute('insert into t values "
        "(7)')\nc.commit()\nprint(c.execute('select * from t').fetchall())",
    "write and read a file": "with open('a.txt', 'w') as f: f.write('one\\ntwo\\n')\nprint(open('a.txt').readlines())",
    "temporary files": "import os, tempfile\nwith tempfile.TemporaryDirectory() as d:\n    p = os.path.join(d, 'x')\n"
        "    open(p, 'w').write('hi')\n    print(open(p).read(), os.listdir(d))\nwith tempfile.TemporaryFile() as f:\n"
        "    f.write(b'abc'); f.seek(0); print(f.read())",
    "copy files": "import shutil, pathlib\npathlib.Path('a').write_text('x')\nshutil.copy2('a', 'b')\n"
        "print(sorted(p.name for p in pathlib.Path('.').iterdir()))",
    "memory-mapped file": "import mmap\nopen('m', 'wb').write(bytes(4096))\nwith open('m', 'r+b') as f, mmap.mmap("
        "f.fileno(), 0) as m:\n    m[:2] = b'ok'\n    m.flush()\nprint(open('m', 'rb').read(2))",
    "import a file just written": "open('helper.py', 'w').write('def f(): return 42')\nimport helper\nprint(helper.f())",
    "read itself": "print(open(__file__).read())",
    "input at the end": "try:\n    input('name? ')\nexcept EOFError as e:\n    print('none:', e)",
    "input uncaught": "x = input('name? ')",
    "read all input": "import sys\nprint(sys.stdin.read() == '', list(sys.stdin))",
    "threads": "import threading\nout = [0] * 50\ndef f(n): out[n] = n\nts = [threading.Thread(target=f, args=(n,)) for n in "
        "range(50)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(sum(out))",
    "pool of threads": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(32) as p: print(sum(p.map("
        "abs, range(-100, 0))))",
    "locks and queues": "import queue, threading\nq = queue.Queue()\nt = threading.Thread(target=lambda: q.put(1)); t.start()\n"
        "print(q.get(timeout=5)); t.join()",
    "asyncio": "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.01)\n    return n\nasync def main():\n"
        "    print(await asyncio.gather(*map(f, range(5))))\n    print(await asyncio.to_thread(sum, [1, 2]))\n"
        "asyncio.run(main())",
    "an alarm": "import signal, time\ndef ring(*_): raise TimeoutError('rang')\nsignal.signal(signal.SIGALRM, ring)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.05)\ntry: time.sleep(5)\nexcept TimeoutError as e: print(e)",
    "numpy": "import numpy as np\na = np.array([[2., 1], [1, 3]])\nprint(np.linalg.solve(a, [3, 5]), np.linalg.eigvalsh(a), "
        "a @ a)",
    "sympy": "from sympy import symbols, solve, integrate, sin\nx = symbols('x')\nprint(solve(x**2 - 2), integrate(sin(x)), "
        "(x + 1)**3)",
    "print to both": "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "the first stdout": "import io, sys\nsys.stdout = io.StringIO()\nprint('lost')\nsys.__stdout__.write('kept\\n')",
    "a saved stdout": "import io, sys\nsaved = sys.stdout\nsys.stdout = io.StringIO()\nprint('x', file=saved)",
    "a wrapped stdout": "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint('ü')",
    "a file of stdout": "f = open(1, 'w', closefd=False)\nf.write('by number\\n')",
    "redirected stdout": "import contextlib, io\nb = io.StringIO()\nwith contextlib.redirect_stdout(b): print('in')\n"
        "print(b.getvalue().upper())",
    "C's printf": "import ctypes\nctypes.CDLL(None).printf(b'from C\\n')",
    "last words": "class A:\n    def __del__(self): print('bye', self.__class__.__name__)\na = A()\nb = A(); b.me = b",
    "at exit": "import atexit\natexit.register(print, 'last')\nprint('first')",
    "exit with a code": "import sys\nprint('x')\nsys.exit(3)",
    "exit with a word": "import sys\nsys.exit('failed')",
    "exit": "print(1)\nexit()\nprint(2)",
    "warnings": "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('take care')",
    "logging": "import logging\nlogging.basicConfig(level=logging.INFO)\nlogging.info('note')\nlogging.error('bad')",
    "uncaught error": "def f(x):\n    return 1 / x\n\nprint('before')\nf(0)",
    "error with a cause": "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no a') from e",
    "group of errors": "raise ExceptionGroup('two', [ValueError(1), TypeError('x')])",
    "error in exec": "exec('def g():\\n  raise ValueError(5)\\ng()')",
    "error in a library": "import json\njson.loads('{bad}')",
    "printed traceback": "import traceback\ntry:\n    int('x')\nexcept ValueError:\n    traceback.print_exc()\nprint('on')",
    "error in last words": "class A:\n    def __del__(self):\n        raise ValueError('late')\na = A()\ndel a\nprint('on')",
    "misspelt name": "value = 1\nprint(valeu)",
    "misspelt attribute": "import math\nmath.sqrrt(2)",
    "syntax error": "x = (1,\nprint(2",
    "syntax error without a line": "def f():\n    nonlocal q",
    "return outside": "x = 1\nreturn x",
    "wrong indentation": "if True:\nprint(1)",
    "form feed": "x = 1\n\f\ny = 2\n1 / 0",
    "failed assertion": "assert 1 == 2, 'not equal'",
}
NOT_ALLOWED = {
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'x'])",
    "shell": "import os\nos.system('echo x')",
    "popen": "import os\nprint(os.popen('echo x').read())",
    "fork": "import os\nos.fork()",
    "pool of processes": "from multiprocessing import Pool\nwith Pool(2) as p: print(p.map(abs, [-1]))",
    "process": "from multiprocessing import Process\np = Process(target=print); p.start(); p.join()",
    "executor": "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as p: print(p.submit(abs, 1))",
    "socket": "import socket\nsocket.create_connection(('127.0.0.1', 80))",
    "web page": "import urllib.request\nurllib.request.urlopen('http://example.com')",
    "file in /tmp": "open('/tmp/x.txt', 'w')",
}


def plainly(text: str, folder: str) -> list[str]:
    """Output without the known differences: folders, library frames with their lines, addresses, and marks below."""
    text = text.replace(f"{folder}/", "")
    text = re.sub(r"(?<=repeated )\d+", "", text)
    text = re.sub(r'  File "/.*\n(?:    .*\n)*|  File "<frozen .*\n(?:    .*\n)*', "", text)
    return [line for line in re.sub(r"0x[0-9a-f]+", "0x", text).split("\n") if not line or line.strip(" ~^")]


@pytest.mark.parametrize("name", size(list(PROGRAMS)[::4], PROGRAMS))
def test_it_prints_what_plain_python_prints(name, tmp_path):
    (tmp_path / "main.py").write_text(PROGRAMS[name], encoding="utf-8")
    free = subprocess.run([sys.executable, "-X", "utf8", "main.py"], cwd=tmp_path, stdin=subprocess.DEVNULL,
                          capture_output=True, env={"HOME": str(tmp_path), "TMPDIR": str(tmp_path)})
    result = sandbox.run(PROGRAMS[name], timeout=20)
    assert result.stdout == free.stdout.decode()
    assert plainly(result.stderr, str(tmp_path)) == plainly(free.stderr.decode(), str(tmp_path))
    assert (result.status == "ok") == (free.returncode == 0)


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_what_is_not_allowed_says_so(name):
    result = sandbox.run(NOT_ALLOWED[name])
    assert result.status == "error" and result.stderr.splitlines()[-1].startswith("(Not allowed here:"), result
