"""Stage 1: draw the questions of all tasks.

Reads   nothing; with BBH_DIR the published BIG-Bench Hard files, which go to heldout and test alone
Writes  data/tasks/train.jsonl    questions of the training tasks
        data/tasks/heldout.jsonl  other questions of the training tasks
        data/tasks/test.jsonl     questions of tasks that are never trained on
        data/tasks/suite.md, suite.png    what is in them
Run     python 01_make_tasks.py [NAME=value ...]
Takes   a few seconds for the six default tasks without a GPU, half a minute for all 144 on two cores

Same constants, same bytes, however many cores. No question occurs twice, in one file or across them.
"""
import os
import random
import re
import signal
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from importlib.util import find_spec
from multiprocessing import get_context

from tqdm import tqdm

import tasks
from tasks.bbh import genuine
from tasks.engine.constants import GPU, at_least_one, constants, listed, override, stop
from tasks.engine.files import write_jsonl, write_text
from tasks.families import sides, suite

# ---------------------------------------------------------------------------------------------------- constants
# What
TASKS = "all" if GPU else (              # names with commas, or "all"
    "bbh/boolean_expressions,bbh/multistep_arithmetic_two,bbh/navigate,bbh/word_sorting,"
    "bbh/web_of_lies,reasoning_gym/count_bits")
MIN_DIFFICULTY = 0.0                     # from 0, a minute for a person ...
MAX_DIFFICULTY = 1.0 if GPU else 0.05    # ... to 1, the hardest of the original; questions are spread evenly between
LEAVE_OUT = ""                           # a suite to test on, training on the others; "": the paper's 107/37 split
ANSWER_TOKENS = 512 if GPU else 80       # a longer answer would not be shown whole (OUTPUT_TOKENS of the later stages),
                                         # or could not be said in one turn (TURN_TOKENS): such questions are not drawn
BBH_DIR = ""                             # a folder with the published files, to test on, not to train; "": our own
# How many, per task
TRAIN_PER_TASK = 200
HELDOUT_PER_TASK = 50
TEST_PER_TASK = 200
# Runtime
SEED = 0                                 # a multiple of a million is added to every question's own seed
WORKERS = os.cpu_count() or 1            # processes
OUT = "data/tasks"
# ---------------------------------------------------------------------------------------------------------------

TRIES = 20  # draws per wanted question before a task counts as too small
# A byte; but a vowel and the consonant before it are one piece, and so are a space and what is neither digit nor space
PIECE = re.compile(rb" ?[b-df-hj-np-tv-z]?[aeiou]| ?[^\d\s]|.", re.DOTALL)
SPLITS = {  # and what to do where there is no question
    "train": "stages 2 to 4 need a training task among TASKS",
    "heldout": "give stage 5 WHAT=test, or TASKS a training task",
    "test": "give stage 5 WHAT=heldout, or TASKS a test task",
}


# ------------------------------------------------------------------------------------------------------ which tasks

def check_constants():
    if not 0 <= MIN_DIFFICULTY <= MAX_DIFFICULTY <= 1:
        stop("difficulties run from 0 to 1, MIN_DIFFICULTY not above MAX_DIFFICULTY")
    at_least_one(globals(), "TRAIN_PER_TASK", "HELDOUT_PER_TASK", "TEST_PER_TASK", "WORKERS", "ANSWER_TOKENS")
    suites = sorted({suite(name) for name in tasks.REGISTRY})
    if LEAVE_OUT not in ("", *suites):
        stop(f"LEAVE_OUT is one of {', '.join(suites)}, or empty, not {LEAVE_OUT!r}")


def choose_tasks() -> dict[str, str]:
    """The tasks that the constants stand for, each with its side of the split."""
    names = tasks.names() if TASKS == "all" else listed(TASKS)
    unknown = [name for name in names if name not in tasks.REGISTRY]
    if unknown:
        stop(f"TASKS names {', '.join(unknown)}; there are: {', '.join(tasks.names())}")
    if any(suite(name) == "reasoning_gym" for name in names) and not find_spec("reasoning_gym"):
        stop("the tasks of reasoning_gym draw from the library of that name: pip install -r requirements.txt")
    side = sides(LEAVE_OUT)
    kin = [name for name in names if name not in side]
    if kin:
        print(f"left out of training as kin of a task in {LEAVE_OUT}: {', '.join(kin)}")
    return {name: side[name] for name in names if name in side}


# --------------------------------------------------------------------------------------------------------- drawing

def read_published(names: list[str]) -> tuple[dict[str, list], list[str]]:
    """The published questions of those tasks that have any, where BBH_DIR names their folder, and what was left out."""
    published, remarks = {}, []
    names = [name for name in names if suite(name) == "bbh"]
    if names and not BBH_DIR:
        print("BIG-Bench Hard questions are our own; BBH_DIR=folder tests on the published ones instead")
    for name in names if BBH_DIR else ():
        published[name], left_out = genuine.load(BBH_DIR, name)
        remarks += [f"{name}: left out {count} published question{'s' * (count > 1)} {reason}"
                    for reason, count in left_out.items()]
    return published, remarks


def deal(questions: list, splits: dict[str, int]) -> dict[str, list]:
    """The published questions of one task in random order, for the one split on which nothing is trained."""
    random.Random(f"{SEED}/{questions[0].task}").shuffle(questions)
    return {split: [replace(question, split=split) for question in questions[:count]]
            for split, count in splits.items() if split != "train"}


def pieces(text: str) -> int:
    """At least as many as the tokens of an answer: this script opens no tokenizer.

    Byte-level tokenizers such as those of SmolLM2 and Qwen never split a byte, always split digits, and split unlikely
    letters nearly everywhere. The one is for short words spelt backwards; common words have half as many tokens.
    """
    return len(PIECE.findall(text.encode())) + 1


def draw(name: str, splits: dict[str, int], script: dict) -> dict[str, list]:
    """New questions of one task, in a worker: difficulties evenly from low to high, fewer if it has no more.

    script: the constants as the command line gave them, which a worker does not see.
    """
    globals().update(script)
    seen, drawn = set(), {}
    for number, (split, count) in enumerate(splits.items()):
        first = seed = (SEED * 10 + number) * 100_000
        drawn[split] = []
        while len(drawn[split]) < count and seed < first + TRIES * count:
            share = len(drawn[split]) / max(1, count - 1)
            difficulty = round(MIN_DIFFICULTY + share * (MAX_DIFFICULTY - MIN_DIFFICULTY), 4)
            question = tasks.make(name, seed, difficulty, split)
            seed += 1
            if question.question not in seen and pieces(question.answer) <= ANSWER_TOKENS:
                seen.add(question.question)
                drawn[split].append(question)
    return drawn


def ignore_interrupts():
    """Ctrl-C is for the main process alone, which then ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def draw_all(splits: dict[str, dict[str, int]], published: dict[str, list]) -> tuple[dict[str, dict], list[str]]:
    """The questions of every task per split, and remarks; an error in one task is a remark and leaves out that one.

    splits: how many questions of each split a task gives
    """
    dealt = {name: deal(published[name], splits[name]) for name in published}
    left = {name: {split: count for split, count in splits[name].items() if split not in dealt.get(name, ())}
            for name in splits}
    drawn, remarks = {name: dealt[name] for name in dealt if not left[name]}, []
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), ignore_interrupts) as pool:
        jobs = {pool.submit(draw, name, left[name], constants(globals())): name for name in left if left[name]}
        try:
            for job in tqdm(as_completed(jobs), total=len(jobs), desc="tasks", unit="task"):
                try:
                    drawn[jobs[job]] = job.result() | dealt.get(jobs[job], {})
                except Exception as error:
                    remarks.append(f"{jobs[job]} FAILED and is missing: {type(error).__name__}: {error}")
        except KeyboardInterrupt:  # without this, all that is still to do would be done first
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    remarks += [f"{name} has only {len(drawn[name][split])} {split} questions, not {count}, with answers of at most "
                f"ANSWER_TOKENS={ANSWER_TOKENS}" for name in drawn for split, count in splits[name].items()
                if len(drawn[name][split]) < count]
    return {name: questions for name, questions in drawn.items() if any(questions.values())}, sorted(remarks)


# --------------------------------------------------------------------------------------------------------- showing

def answer_type(answers: list[str]) -> str:
    """What kind of thing a task's answers are, judged by how they look."""
    shapes = {"option": r"\(?[A-R]\)?", "yes/no": r"(?i)yes|no|true|false|valid|invalid|plausible|implausible",
              "number": r"[-+]?[\d.,/]+%?", "formula": r"[-+*/() \d]*[-+*/][-+*/() \d]*",
              "table": r"\S.*\n(.|\n)*\S|\[\[.*\]\]", "list": r"\[.*\]|\S+(,? \S+){2,}.*", "word": r"\S+( \S+)?"}
    for kind, shape in shapes.items():
        if sum(bool(re.fullmatch(shape, answer)) for answer in answers) >= 0.9 * len(answers):
            return kind
    return "text"


def summarise(questions: list) -> dict:
    """One line of the table: a task and its questions of all splits."""
    name = questions[0].task
    answers = [question.answer for question in questions]
    return {"task": name, "suite": suite(name), "skill": tasks.REGISTRY[name].skill,
            "side": "test" if questions[0].split == "test" else "train", "count": len(questions),
            "characters": round(sum(len(question.question) for question in questions) / len(questions)),
            "answer": answer_type(answers), "commonest": Counter(answers).most_common(1)[0][1] / len(answers)}


def write_table(table: list[dict], path: str):
    """The table on the screen and as Markdown. `commonest` is how far always giving the commonest answer would get."""
    print(f"\n{'task':50}{'skill':12}{'side':6}{'count':>6}{'characters':>12}  {'answer':8}{'commonest':>10}")
    lines = ["| task | suite | skill | side | count | characters | answer | commonest |",
             "|---|---|---|---|---:|---:|---|---:|"]
    for row in table:
        print("{task:50}{skill:12}{side:6}{count:6}{characters:12}  {answer:8}{commonest:10.0%}".format(**row))
        lines.append("| {task} | {suite} | {skill} | {side} | {count} | {characters} | {answer} | {commonest:.0%} |"
                     .format(**row))
    write_text(path, "\n".join(lines) + "\n")


def draw_picture(table: list[dict], path: str):
    """Every task as a bar of its mean question length, by suite, coloured by skill; test tasks are hatched."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    skills = sorted({row["skill"] for row in table})
    colours = {skill: f"C{number}" for number, skill in enumerate(skills)}
    rows = sorted(table, key=lambda row: (row["suite"], row["skill"], row["task"]))
    columns = [rows[:len(rows) - len(rows) // 2], rows[len(rows) - len(rows) // 2:]] if len(rows) > 20 else [rows]
    figure, axes = plt.subplots(1, len(columns), figsize=(7 * len(columns), 0.19 * len(columns[0]) + 1.6),
                                sharex=True, squeeze=False)
    for axis, column in zip(axes[0], columns):
        axis.barh(range(len(column)), [row["characters"] for row in column],
                  color=[colours[row["skill"]] for row in column], edgecolor="white", linewidth=0,
                  hatch=["////" if row["side"] == "test" else "" for row in column])
        axis.set_yticks(range(len(column)), [row["task"] for row in column], fontsize=8)
        axis.set(ylim=(len(column) - 0.4, -0.6), xscale="log", xlabel="mean length of a question, characters")
        axis.grid(axis="x", alpha=0.3)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    shown = [plt.Rectangle((0, 0), 1, 1, color=colours[skill]) for skill in skills]
    hatched = plt.Rectangle((0, 0), 1, 1, facecolor="0.6", edgecolor="white", hatch="////", linewidth=0)
    counts = {skill: sum(row["skill"] == skill for row in table) for skill in skills}
    unseen = sum(row["side"] == "test" for row in table)
    figure.legend([*shown, hatched], [*(f"{skill} ({counts[skill]})" for skill in skills),
                                      f"never trained on ({unseen} of {len(table)})"],
                  loc="upper center", ncols=4, frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.6 / figure.get_figheight()))
    figure.savefig(path, dpi=110)
    plt.close(figure)


# ------------------------------------------------------------------------------------------------------------ main

def main():
    override(globals(), sys.argv[1:])
    check_constants()
    splits = {name: {"test": TEST_PER_TASK} if side == "test" else
              {"train": TRAIN_PER_TASK, "heldout": HELDOUT_PER_TASK} for name, side in choose_tasks().items()}
    published, left_out = read_published(list(splits))
    drawn, remarks = draw_all(splits, published)
    if not drawn:
        stop("no task gave a question: " + "; ".join(remarks))
    for split, advice in SPLITS.items():
        rows = [asdict(question) for name in splits if name in drawn for question in drawn[name].get(split, ())]
        write_jsonl(f"{OUT}/{split}.jsonl", rows)
        if not rows:
            remarks.insert(0, f"{split}.jsonl is empty: {advice}")
    table = [summarise([question for part in drawn[name].values() for question in part]) for name in sorted(drawn)]
    write_table(table, f"{OUT}/suite.md")
    draw_picture(table, f"{OUT}/suite.png")
    print(f"\nwrote train, heldout and test.jsonl, suite.md and suite.png in {OUT}/")
    print("\n".join(left_out + remarks))


if __name__ == "__main__":
    main()
