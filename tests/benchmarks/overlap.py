"""Episodes that go on as soon as their own program has ended, against episodes that all keep step, side by side.

Run     python tests/benchmarks/overlap.py [EPISODES] [ROUNDS]

A tiny model is trained on the spot to write programs that sleep: in six cases of ten not at all, in three for 0.3 s,
in one past the limit of 3 s; four such turns make an episode, and the model draws which. They sleep, and eight may do
so at once whatever this machine has, because beside a GPU programs have processors of their own.
"""
import importlib.util
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_LOGGING_LEVEL": "ERROR"}
os.cpu_count = lambda: 8
sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
from conftest import make_model, teach  # noqa: E402

from tasks.engine.model import open_tokenizer  # noqa: E402
from tasks.engine.sampler import open_sampler  # noqa: E402
from tasks.episode import Chat, run_episodes  # noqa: E402

TIMEOUT, CALLS, QUESTION = 3.0, 4, "Wait."
SECONDS = [0] * 6 + [0.3] * 3 + [9]
TURN = "```python\nimport time\ntime.sleep({})\n```"


def make_waiter() -> str:
    """Folder of the model."""
    rng = random.Random(0)
    columns = [rng.sample(SECONDS, len(SECONDS)) for _ in range(CALLS)]
    folder = make_model(tempfile.mkdtemp())
    return teach(folder, QUESTION, [[*map(TURN.format, seconds), "<<<1>>>"] for seconds in zip(*columns)], steps=50,
                 timeout=TIMEOUT)


def measure(sampler, chat: Chat, count: int, seed: int, overlap: bool) -> Counter:
    """Seconds that `count` episodes took, with sampling, and waiting for code; turns, programs, and those too late."""
    spent, start = Counter(), time.perf_counter()
    episodes = run_episodes(chat, [chat.prompt(QUESTION)] * count, sampler, 1800, 400, seed, TIMEOUT, overlap=overlap,
                            spent=spent)
    spent["seconds"] += time.perf_counter() - start
    for turn in (turn for episode in episodes for turn in episode.turns):
        spent.update(turns=1, programs="status" in turn, late=turn.get("status") == "timeout")
    return spent


def main(count: int = 16, rounds: int = 2):
    folder = make_waiter()
    chat = Chat(open_tokenizer(folder), max_calls=CALLS)
    print(f"{count} episodes, {rounds} times; {os.cpu_count()} programs at once\n")
    print("| sampler | programs | past the limit | in step, s | overlap, s | **ratio** | a turn, sampling + code, s "
          "| in overlap |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in ("transformers", "vllm"):
        if not importlib.util.find_spec(name):
            print(f"| {name} | not installed |")
            continue
        sampler = open_sampler(name, folder, chat, temperature=1.0, rank=8, max_tokens=1800, batch=64, four_bit=False,
                               gpu_share=0.3)
        totals = {False: Counter(), True: Counter()}
        measure(sampler, chat, 2, 0, False)  # whatever a first call sets up
        for seed in range(1, rounds + 1):
            for overlap in totals:  # in turns, so that what else the machine does hits both alike
                totals[overlap] += measure(sampler, chat, count, seed, overlap)
        step, lap = totals[False], totals[True]
        turns = [f"{total['sample_seconds'] / total['turns']:.3f} + {total['code_seconds'] / total['turns']:.3f}"
                 for total in (step, lap)]
        print(f"| {name} | {step['programs']} | {step['late'] / step['programs']:.0%} | {step['seconds']:.1f} | "
              f"{lap['seconds']:.1f} | {step['seconds'] / lap['seconds']:.2f} | {turns[0]} | {turns[1]} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
