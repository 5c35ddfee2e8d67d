"""How long each task takes to draw a question and to verify an answer, side by side: milliseconds on average.

Run     python tests/benchmarks/tasks_speed.py [part of a name]
"""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import tasks  # noqa: E402

COUNT = 50


def milliseconds(calls: list) -> tuple[float, float]:
    """The mean and the longest of some calls."""
    times = []
    for call in calls:
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return sum(times) / len(times), max(times)


def main():
    print(f"{'ms: mean (longest)':42}" + "".join(f"{f'generate {d}':>20}{f'verify {d}':>20}" for d in (0, 0.5, 1)))
    for name in tasks.names():
        if not all(part in name for part in sys.argv[1:]):
            continue
        line = f"{name:42}"
        for difficulty in (0.0, 0.5, 1.0):
            questions = [tasks.make(name, seed, difficulty, "train") for seed in range(COUNT)]
            made = milliseconds([lambda s=s: tasks.make(name, s, difficulty, "train") for s in range(COUNT)])
            verified = milliseconds([lambda q=q: tasks.verify(q, q.answer) for q in questions])
            line += "".join(f"{f'{mean:.2f} ({longest:.1f})':>20}" for mean, longest in (made, verified))
        print(line)


if __name__ == "__main__":
    main()
