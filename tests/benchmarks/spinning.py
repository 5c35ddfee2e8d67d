"""What it costs that OpenMP's threads spin at their barriers: training alone, and beside busy processes, side by side.

Run     python tests/benchmarks/spinning.py [NAME=value ...]     on a CPU with at least two cores and nothing to do

One process for each setting of GOMP_SPINCOUNT, all of which wait but the one that trains, in turns.
"""
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from tasks.engine.constants import override  # noqa: E402

MODEL = ""              # a folder; empty: SmolLM2-135M-Instruct
SPINS = "0,1000,300000"  # the last is what libgomp does by itself
BUSY = "0,1"            # how many other processes work
ROUNDS = 5
THREADS = 2


def worker():
    """Train a micro-batch for every line that comes, and answer with tokens a second."""
    import torch
    from precision import RANK, train

    from tasks.engine.model import SMALL_MODEL, find_model, open_model
    model = open_model(find_model(MODEL or SMALL_MODEL), RANK, recompute=False)
    ids = torch.randint(100, 10_000, (4, 128), generator=torch.Generator().manual_seed(0))  # (B, T)
    rows = ids, torch.ones_like(ids), torch.ones_like(ids)
    train(model, rows)
    for _ in sys.stdin:
        start = time.perf_counter()
        print("tokens/s", train(model, rows) / (time.perf_counter() - start), flush=True)


def open_worker(spins: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, __file__, "worker", *sys.argv[1:]], text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, cwd=ROOT,
                            env=os.environ | {"GOMP_SPINCOUNT": spins, "OMP_NUM_THREADS": str(THREADS)})


def measure(process: subprocess.Popen) -> float:
    process.stdin.write("go\n")
    process.stdin.flush()
    while True:
        line = process.stdout.readline()
        if line.startswith("tokens/s"):
            return float(line.split()[1])


def main():
    if sys.argv[1:2] == ["worker"]:
        override(globals(), sys.argv[2:])
        return worker()
    override(globals(), sys.argv[1:])
    workers = {spins: open_worker(spins) for spins in SPINS.split(",")}
    first = SPINS.split(",")[-1]
    print(f"{THREADS} threads on {os.cpu_count()} cores\n\n| busy processes | GOMP_SPINCOUNT | training, tokens/s | "
          f"to {first} |\n|---:|---:|---:|---:|")
    for count in map(int, BUSY.split(",")):
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
        speeds = {spins: [] for spins in workers}
        for _ in range(ROUNDS):
            for spins, process in workers.items():
                speeds[spins].append(measure(process))
        for process in busy:
            process.kill()
        for spins, values in speeds.items():
            print(f"| {count} | {spins} | {statistics.median(values):.1f} | "
                  f"{statistics.median(values) / statistics.median(speeds[first]):.2f} |", flush=True)
    for process in workers.values():
        process.stdin.close()


if __name__ == "__main__":
    main()
