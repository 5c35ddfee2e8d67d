"""Measure every dataset of reasoning-gym with its default settings: which are clean enough to train on?

    python tests/benchmarks/gym_probe.py [questions, 220] [dataset ...]

distinct   different questions among those drawn
own        share of the library's own answers that get its scorer's full score
others     share of other questions' answers that do
ms         to draw a question, mean
characters of a question, mean and longest

What came of it is LEFT_OUT in tasks/reasoning_gym/library.py. Run it again before moving the pin of the library.
"""
import sys
import time

from reasoning_gym import create_dataset
from reasoning_gym.factory import DATASETS

SKIPPED = {"composite": "a mixture of the others",
           "intermediate_integration": "a hundred did not end in minutes, nor on an alarm"}


def probe(name: str, count: int) -> str:
    """One line of the table; the error, where a dataset cannot be drawn or scored."""
    if name in SKIPPED:
        return "  " + SKIPPED[name]
    start = time.perf_counter()
    try:
        dataset = create_dataset(name, seed=7, size=count)
        entries = [dataset[number] for number in range(count)]
        seconds = time.perf_counter() - start
        own = [dataset.score_answer(entry["answer"], entry) == 1 for entry in entries]
        pairs = [(entry, entries[(place + step) % count]) for place, entry in enumerate(entries) for step in (1, 2, 3)]
        others = [dataset.score_answer(other["answer"], entry) == 1 for entry, other in pairs
                  if other["answer"] != entry["answer"]]
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:100]
    lengths = [len(entry["question"]) for entry in entries]
    return (f"{len({entry['question'] for entry in entries}):8}{sum(own) / count:8.0%}"
            f"{sum(others) / max(1, len(others)):8.0%}{seconds / count * 1000:9.1f}"
            f"{sum(lengths) / count:9.0f}{max(lengths):8}")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 220
    print(f"{'dataset':28}{'distinct':>8}{'own':>8}{'others':>8}{'ms':>9}{'mean':>9}{'max':>8}   of {count}")
    for name in sys.argv[2:] or sorted(DATASETS):
        print(f"{name:28}{probe(name, count)}", flush=True)


if __name__ == "__main__":
    main()
