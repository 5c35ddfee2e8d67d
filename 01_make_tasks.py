"""Stage 1: draw the questions of all tasks.

Reads   nothing; with BBH_DIR the published BIG-Bench Hard files
Writes  data/tasks/train.jsonl    questions of the training tasks
        data/tasks/heldout.jsonl  other questions of the training tasks
        data/tasks/test.jsonl     questions of tasks that are never trained on
Run     python 01_make_tasks.py [NAME=value ...]
Takes   seconds, on any machine

Same constants, same bytes. No question occurs twice, in one file or across them.
"""
import random
import sys
from dataclasses import asdict, replace

from tqdm import tqdm

import tasks
from tasks.bbh import genuine
from tasks.constants import GPU, override, stop
from tasks.files import write_jsonl

# ---------------------------------------------------------------------------------------------------- constants
# What
TASKS = "all" if GPU else (              # names with commas, or "all"
    "bbh/boolean_expressions,bbh/multistep_arithmetic_two,bbh/navigate,bbh/word_sorting,"
    "symbench/number_multiply,bbh/web_of_lies")
MIN_DIFFICULTY = 0.0                     # from 0, a minute for a person ...
MAX_DIFFICULTY = 1.0 if GPU else 0.05    # ... to 1, the hardest of the original; questions are spread evenly between
BBH_DIR = ""                             # a folder with the published files; "": our own questions of these kinds
# How many, per task
TRAIN_PER_TASK = 200
HELDOUT_PER_TASK = 50
TEST_PER_TASK = 50
# Runtime
SEED = 0                                 # a multiple of a million is added to every question's own seed
OUT = "data/tasks"
# ---------------------------------------------------------------------------------------------------------------

TRIES = 20  # draws per wanted question before a task counts as too small


def chosen_tasks(wanted: str) -> list[str]:
    """The names that the constant TASKS stands for."""
    if wanted == "all":
        return tasks.names()
    chosen = wanted.split(",")
    unknown = [name for name in chosen if name not in tasks.REGISTRY]
    if unknown:
        stop(f"TASKS names {', '.join(unknown)}; there are: {', '.join(tasks.names())}")
    return chosen


def draw(name: str, split: str, count: int, first_seed: int, low: float, high: float, seen: set[str]) -> list:
    """`count` new questions of one task with difficulties evenly from low to high; fewer if it has no more."""
    questions, seed = [], first_seed
    while len(questions) < count and seed < first_seed + TRIES * count:
        share = len(questions) / max(1, count - 1)
        question = tasks.make(name, seed, round(low + share * (high - low), 4), split)
        seed += 1
        if question.question not in seen:
            seen.add(question.question)
            questions.append(question)
    return questions


def read_published(names: list[str]) -> dict[str, list]:
    """The published questions of those of the tasks that have any, where BBH_DIR names their folder."""
    if not BBH_DIR:
        print("BIG-Bench Hard questions are our own; BBH_DIR=folder takes the published ones instead")
        return {}
    published = {}
    for name in names:
        if name.startswith("bbh/"):
            published[name], broken = genuine.load(BBH_DIR, name)
            if broken:
                print(f"{name}: left out {broken} published question{'s' * (broken > 1)} "
                      "whose target is none of the options")
    return published


def deal(questions: list, splits: dict[str, int]) -> dict[str, list]:
    """The published questions of one task in random order, dealt to its splits so that none is in two."""
    random.Random(f"{SEED}/{questions[0].task}").shuffle(questions)
    dealt = {}
    for split, count in reversed(splits.items()):  # what is held out comes first, the rest is for training
        dealt[split] = [replace(question, split=split) for question in questions[:count]]
        del questions[:count]
    return dealt


def print_table(files: dict[str, list]):
    """One line per task: how many questions, how long, and how far always giving the commonest answer would get."""
    print(f"\n{'task':38}{'skill':12}{'split':9}{'count':>6}{'characters':>12}{'commonest answer':>18}")
    for split, questions in files.items():
        for name in sorted({question.task for question in questions}):
            mine = [question for question in questions if question.task == name]
            answers = [question.answer for question in mine]
            commonest = max(map(answers.count, answers)) / len(mine)
            length = sum(len(question.question) for question in mine) / len(mine)
            print(f"{name:38}{tasks.REGISTRY[name].skill:12}{split:9}{len(mine):6}{length:12.0f}{commonest:18.0%}")


def main():
    override(globals(), sys.argv[1:])
    if not 0 <= MIN_DIFFICULTY <= MAX_DIFFICULTY <= 1:
        stop("difficulties run from 0 to 1, MIN_DIFFICULTY not above MAX_DIFFICULTY")
    files, seen, short = {"train": [], "heldout": [], "test": []}, set(), []
    names = chosen_tasks(TASKS)
    published = read_published(names)
    for name in tqdm(names, desc="tasks", unit="task"):
        splits = {"train": TRAIN_PER_TASK, "heldout": HELDOUT_PER_TASK} if tasks.REGISTRY[name].split == "train" else \
            {"test": TEST_PER_TASK}
        dealt = deal(published[name], splits) if name in published else {
            split: draw(name, split, count, (SEED * 10 + number) * 100_000, MIN_DIFFICULTY, MAX_DIFFICULTY, seen)
            for number, (split, count) in enumerate(splits.items())}
        for split, count in splits.items():
            files[split] += dealt[split]
            if len(dealt[split]) < count:
                short.append(f"{name} has only {len(dealt[split])} {split} questions")
    for split, questions in files.items():
        write_jsonl(f"{OUT}/{split}.jsonl", [asdict(question) for question in questions])
    print_table(files)
    print("\nwrote " + ", ".join(f"{OUT}/{split}.jsonl ({len(rows)})" for split, rows in files.items()))
    print("\n".join(short))


if __name__ == "__main__":
    main()
