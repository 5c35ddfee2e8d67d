"""The sandbox against starting Python anew for every program, side by side in one run, one call at a time.

Run     python tests/benchmarks/sandbox_speed.py
"""
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tasks import sandbox  # noqa: E402

PROGRAMS = {
    "bare print": "print('hello')",
    "import numpy": "import numpy\nprint(numpy.arange(9).sum())",
    "import sympy": "import sympy\nprint(sympy.sqrt(8))",
    "sympy.solve": "import sympy\nprint(sympy.solve('x**2 - x - 1'))",
    "a second of work": "t = 0\nfor n in range(9_000_000): t += n * n\nprint(t)",
}


def plain(code: str, folder: str) -> str:
    file = Path(folder, "main.py")
    file.write_text(code)
    return subprocess.run([sys.executable, str(file)], capture_output=True, text=True).stdout


def measure(calls: dict, count: int) -> dict[str, list[float]]:
    """Seconds of `count` calls of each kind, in turns, so that what else the machine does hits both alike."""
    times = {name: [] for name in calls}
    for _ in range(count):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return times


def main():
    print(f"{'':18}{'plain Python':>36}{'sandbox':>36}")
    print(f"{'':18}" + f"{'calls/s':>12}{'p50 ms':>12}{'p99 ms':>12}" * 2 + f"{'ratio of p50':>16}")
    with tempfile.TemporaryDirectory() as folder:
        for name, code in PROGRAMS.items():
            assert sandbox.run(code).stdout == plain(code, folder)
            times = measure({"plain": lambda: plain(code, folder), "sandbox": lambda: sandbox.run(code)},
                            5 if "second" in name else 100)
            line = f"{name:18}"
            for kind in ("plain", "sandbox"):
                p50, p99 = (1000 * statistics.quantiles(times[kind], n=100)[share] for share in (49, 98))
                line += f"{len(times[kind]) / sum(times[kind]):12.1f}{p50:12.1f}{p99:12.1f}"
            print(line + f"{statistics.median(times['plain']) / statistics.median(times['sandbox']):16.1f}")


if __name__ == "__main__":
    main()
