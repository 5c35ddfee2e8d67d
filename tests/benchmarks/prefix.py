"""Scoring and learning in stage 4, each group's prompt computed once, and once for every row: side by side.

Run     python tests/benchmarks/prefix.py [NAME=value ...]

Random words in place of rollouts. Both ways take turns in one process, so what else the machine does hits them alike;
with one thread the seconds are those of its CPU time. The first round, which warms up, is not counted.
"""
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tasks.engine.constants import override  # noqa: E402

MODEL = ""              # a folder; empty: SmolLM2-135M-Instruct
QUESTIONS = 4
GROUP = 8
PROMPT_TOKENS = 95
OWN_TOKENS = 105        # of a row, on average; a fifth more or less
MICRO_TOKENS = 1024
ROUNDS = 3
THREADS = 1


def main():
    override(globals(), sys.argv[1:])
    import torch
    from conftest import script

    from tasks.engine import scoring
    from tasks.engine.model import SMALL_MODEL, find_model, open_model
    from tasks.engine.training import Trainer
    from tasks.episode import Episode
    torch.set_num_threads(THREADS)
    stage, path, rng = script("04"), find_model(MODEL or SMALL_MODEL), random.Random(0)
    stage.MICRO_TOKENS = MICRO_TOKENS
    with tempfile.TemporaryDirectory() as folder:
        open_model(path, stage.RANK, recompute=False).save_pretrained(folder)
        trainer = Trainer(open_model(path, stage.RANK, folder, reference=True, recompute=False))
    lessons = []
    for _ in range(QUESTIONS):
        prompt = [rng.randrange(1000, 40000) for _ in range(PROMPT_TOKENS)]
        for row in range(GROUP):
            size = round(OWN_TOKENS * rng.uniform(0.8, 1.2))
            ids = prompt + [rng.randrange(1000, 40000) for _ in range(size)]
            mask = [0] * PROMPT_TOKENS + [1] * size
            lessons.append(stage.Lesson(Episode(ids, mask, [-10.0] * len(ids)), row % 2, 1 / size,
                                        torch.full((size,), 1.0 - 2 * (row % 2))))
    grouped, seconds = scoring.by_prompt, {"once": [], "for every row": []}
    now = time.process_time if THREADS == 1 else time.perf_counter
    for _ in range(ROUNDS + 1):
        for way, trees in (("once", grouped), ("for every row", lambda ids, masks: [[row] for row in range(len(ids))])):
            scoring.by_prompt, start = trees, now()
            stage.learn(trainer, lessons)  # scores under the reference as well
            seconds[way].append(now() - start)
            print(f"prompts computed {way:14} {seconds[way][-1]:7.2f} s", flush=True)
    once, every = (statistics.median(column[1:]) for column in seconds.values())
    print(f"once is {every / once:.2f} times as fast")


if __name__ == "__main__":
    main()
