"""Stage 5: how often, and how, the base, SFT and GRPO models answer questions that none of them was trained on.

Reads   data/tasks/heldout.jsonl (unseen questions of training tasks), data/tasks/test.jsonl (unseen tasks),
        runs/sft, runs/grpo
Writes  runs/eval/report.md, accuracy.png, behaviour.png; answers.jsonl: every conversation, with its verdict
Run     python 05_eval.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
Takes   about 10 minutes on two CPU cores (SmolLM2-135M)

Accuracy is the share of questions whose answer the task's verifier accepts, one sample each, with Wilson's 95 %
interval. The difference GRPO - SFT is paired by question, its interval a bootstrap over questions.
"""
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

import tasks
from tasks import sandbox
from tasks.engine.constants import GPU, inherit, override, stop
from tasks.engine.files import Clock, append_jsonl, digest, find_adapter, read_jsonl, write_jsonl, write_text
from tasks.engine.model import find_model, memory_advice, open_tokenizer
from tasks.engine.sampler import open_sampler
from tasks.episode import Chat, Episode, leave_room, run_episodes

# ---------------------------------------------------------------------------------------------------- constants
# Model: read from runs/sft/constants.json
SFT = "runs/sft"
GRPO = "runs/grpo"
MODEL = ""
RANK = 0
FOUR_BIT = True
MARKER = "angle"
# What
MODELS = "base,sft,grpo"                  # those to compare, in this order
HELDOUT = "data/tasks/heldout.jsonl"
TEST = "data/tasks/test.jsonl"
PER_TASK = 50 if GPU else 20              # questions per task, evenly over its file; 0: all
# Sampling
TEMPERATURE = 1.0                         # 1: the policy as GRPO trains it; 0: greedy
MAX_CALLS = 5 if GPU else 2               # code calls per episode, as in stage 2
OUTPUT_TOKENS = 512 if GPU else 256       # longest code output that is shown, as in stage 2
MAX_TOKENS = 4096 if GPU else 480         # a whole episode
TURN_TOKENS = 1024 if GPU else 96         # one assistant turn
SAMPLER = "auto"                          # auto, vllm, transformers
OVERLAP = GPU                             # sample on while code runs; False: all in step, the same bits every time
SAMPLER_BATCH = 64                        # questions at once
GPU_SHARE = 0.85                          # of the GPU's memory, vllm sampler
TIMEOUT = 5.0                             # seconds per code call
# Runtime
SEED = 0
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
OUT = "runs/eval"
# ---------------------------------------------------------------------------------------------------------------

SPLITS = {"heldout": "trained tasks, new questions", "test": "unseen tasks"}


# ------------------------------------------------------------------------------------------------------ answering

def choose_questions() -> list[tasks.Question]:
    """PER_TASK questions of each task of both files, evenly over the file and so over the difficulties."""
    chosen = []
    for path in (HELDOUT, TEST):
        rows = [tasks.Question(**row) for row in read_jsonl(path, "python 01_make_tasks.py")]
        for name in sorted({row.task for row in rows}):
            mine = [row for row in rows if row.task == name]
            count = min(PER_TASK or len(mine), len(mine))
            chosen += [mine[position * len(mine) // count] for position in range(count)]
    return chosen


def adapters() -> dict[str, str | None]:
    """The adapter folder of each model to compare; None for the base."""
    runs = {"base": None, "sft": (SFT, "python 03_sft.py"), "grpo": (GRPO, "python 04_grpo.py")}
    for name in MODELS.split(","):
        if name not in runs:
            stop(f"MODELS names {name!r}; there are: {', '.join(runs)}")
    return {name: runs[name] and find_adapter(*runs[name]) for name in MODELS.split(",")}


def fingerprint(folder: str | None, questions: list[tasks.Question]) -> str:
    """What an answer depends on: adapter, questions and sampling. Answers with another fingerprint are stale."""
    settings = [MODEL, FOUR_BIT, MARKER, TEMPERATURE, MAX_CALLS, OUTPUT_TOKENS, MAX_TOKENS, TURN_TOKENS, SEED,
                SAMPLER_BATCH, SAMPLER]
    return hashlib.sha256(repr((folder and digest(folder), questions, settings)).encode()).hexdigest()[:16]


def summary(question: tasks.Question, episode: Episode) -> dict:
    """One answered question as a line of answers.jsonl."""
    return {"id": question.id, "task": question.task, "split": question.split, "difficulty": question.difficulty,
            "right": tasks.verify(question, episode.answer), "answer": episode.answer,
            "code_calls": episode.code_calls, "tool_errors": episode.tool_errors, "truncated": episode.truncated,
            "tokens": sum(episode.mask), "question": question.question, "turns": episode.turns}


def answer_all(chat: Chat, sampler, questions: list[tasks.Question], folders: dict) -> dict[str, list[dict]]:
    """The answers of every model, chunk by chunk; what an earlier run answered under the same settings is kept."""
    path = Path(OUT, "answers.jsonl")
    prints = {name: fingerprint(folder, questions) for name, folder in folders.items()}
    Path(OUT).mkdir(parents=True, exist_ok=True)
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    earlier = [json.loads(line) for line in lines if line.endswith("\n")]  # a kill may have cut the last line
    answers = {name: [row for row in earlier if row["fingerprint"] == prints[name]] for name in folders}
    for rows in answers.values():
        if len(rows) < len(questions):  # seeds belong to chunks: one that was cut is answered anew as a whole
            del rows[len(rows) // SAMPLER_BATCH * SAMPLER_BATCH:]
    write_jsonl(path, [row for rows in answers.values() for row in rows])
    clock = Clock(MAX_HOURS)
    for name, folder in folders.items():
        done = len(answers[name])
        with tqdm(total=len(questions), initial=done, desc=f"{name:5}", unit="question") as bar:
            if done < len(questions):
                sampler.use(folder)
            for start in range(done, len(questions), SAMPLER_BATCH):
                if clock.is_over():
                    print(f"\nstopped before MAX_HOURS={MAX_HOURS}; go on with: python {' '.join(sys.argv)}")
                    raise SystemExit(0)
                part = questions[start:start + SAMPLER_BATCH]
                episodes = run_episodes(chat, [chat.prompt(question.question) for question in part], sampler,
                                        MAX_TOKENS, TURN_TOKENS, seed=SEED * 1_000_003 + start * 100, timeout=TIMEOUT,
                                        progress=bar.update, overlap=OVERLAP)
                rows = [{"model": name, "fingerprint": prints[name]} | summary(question, episode)
                        for question, episode in zip(part, episodes)]
                append_jsonl(path, rows)
                answers[name] += rows
                clock.tick()
                bar.set_postfix(right=f"{sum(row['right'] for row in answers[name]) / len(answers[name]):.0%}")
    return answers


# ------------------------------------------------------------------------------------------------------- reporting

def wilson(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927): honest at 0 and 1 and for small counts, unlike p +- 2 sd."""
    z, share = 1.96, right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def groups(rows: list[dict], by: str) -> dict[str, list[int]]:
    """Row numbers by table line: every "task" or "skill" of a split, then the split, then all."""
    lines = {}
    for split, title in SPLITS.items():
        mine = [number for number, row in enumerate(rows) if row["split"] == split]
        for number in sorted(mine, key=lambda number: _label(rows[number], by)):
            lines.setdefault(_label(rows[number], by), []).append(number)
        if mine:
            lines[f"**{title}**"] = mine
    return lines | {"**all**": list(range(len(rows)))}


def _label(row: dict, by: str) -> str:
    if by == "task":
        return row["task"]
    return f"{SPLITS[row['split']].partition(',')[0]}: {tasks.REGISTRY[row['task']].skill}"


def accuracy_table(answers: dict[str, list[dict]], by: str) -> str:
    table = [f"| {by} | questions | " + " | ".join(answers) + " |", "|---|---:|" + "---:|" * len(answers)]
    for title, numbers in groups(next(iter(answers.values())), by).items():
        cells = []
        for rows in answers.values():
            right = sum(rows[number]["right"] for number in numbers)
            low, high = wilson(right, len(numbers))
            cells.append(f"{right / len(numbers):.0%} ({low:.0%} to {high:.0%})")
        table.append(f"| {title} | {len(numbers)} | " + " | ".join(cells) + " |")
    return "\n".join(table)


def behaviour(rows: list[dict]) -> dict[str, float]:
    """How a model went about the questions."""
    calls = sum(row["code_calls"] for row in rows)
    return {"answered with code": sum(row["code_calls"] > 0 for row in rows) / len(rows),
            "code calls per question": calls / len(rows),
            "code calls that failed": sum(row["tool_errors"] for row in rows) / max(1, calls),
            "truncated": sum(row["truncated"] for row in rows) / len(rows),
            "sampled tokens per question": sum(row["tokens"] for row in rows) / len(rows)}


def behaviour_table(answers: dict[str, list[dict]]) -> str:
    columns = {name: behaviour(rows) for name, rows in answers.items()}
    table = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for line in next(iter(columns.values())):
        form = "{:.0f}" if "tokens" in line else "{:.2f}" if "per question" in line else "{:.0%}"
        table.append(f"| {line} | " + " | ".join(form.format(column[line]) for column in columns.values()) + " |")
    return "\n".join(table)


def paired_difference(before: list[dict], after: list[dict]) -> str:
    """The gain in points, with a 95 % interval from 10,000 bootstrap draws of the questions."""
    gains = np.array([float(b["right"]) - float(a["right"]) for a, b in zip(before, after, strict=True)])
    draws = np.random.default_rng(0).choice(gains, (10_000, len(gains))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return (f"{gains.mean() * 100:+.1f} points (95 % interval {low * 100:+.1f} to {high * 100:+.1f}, "
            f"{len(gains)} questions)")


def draw_accuracy(answers: dict[str, list[dict]], by: str, path: str):
    """Accuracy per table line, one bar per model, with its interval."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    lines = groups(next(iter(answers.values())), by)
    figure, axis = plt.subplots(figsize=(8, 0.42 * len(lines) + 1.2))
    height = 0.8 / len(answers)
    for place, (name, rows) in enumerate(answers.items()):
        for line, numbers in enumerate(lines.values()):
            right = sum(rows[number]["right"] for number in numbers)
            low, high = wilson(right, len(numbers))
            share = right / len(numbers)
            axis.barh(line + place * height, share, height * 0.9, color=f"C{place}", label=name if line == 0 else None,
                      xerr=[[max(0, share - low)], [max(0, high - share)]], ecolor="0.4",
                      error_kw={"linewidth": 0.8})
    axis.set_yticks([line + height * (len(answers) - 1) / 2 for line in range(len(lines))],
                    [title.strip("*") for title in lines])
    for label, title in zip(axis.get_yticklabels(), lines):
        label.set_fontweight("bold" if title.startswith("**") else "normal")
    axis.invert_yaxis()
    axis.set(xlim=(0, 1), xlabel="share of questions answered rightly (95 % interval)")
    axis.xaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1))
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    figure.legend(*axis.get_legend_handles_labels(), loc="upper right", ncols=len(answers), frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.97))
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_behaviour(answers: dict[str, list[dict]], path: str):
    """One small panel per behaviour, one bar per model."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    columns = {name: behaviour(rows) for name, rows in answers.items()}
    titles = list(next(iter(columns.values())))
    figure, axes = plt.subplots(1, len(titles), figsize=(2.3 * len(titles), 2.6))
    for axis, title in zip(axes, titles):
        values = [column[title] for column in columns.values()]
        bars = axis.bar(list(columns), values, color=[f"C{place}" for place in range(len(columns))])
        whole = "tokens" in title
        axis.bar_label(bars, [f"{value:.0f}" if whole else f"{value:.2f}" for value in values], fontsize=8)
        axis.set_title(title, fontsize=8)
        axis.set_yticks([])
        axis.margins(y=0.15)
        axis.spines[["top", "right", "left"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def write_report(answers: dict[str, list[dict]]):
    """report.md with all tables and both pictures; the tables go to the screen too."""
    sampling = "greedy" if TEMPERATURE == 0 else f"one sample at temperature {TEMPERATURE:g}"
    text = f"# Evaluation of {MODEL}\n\n{sampling} per question, seed {SEED}; 95 % intervals in brackets.\n\n"
    crowded = len({row["task"] for rows in answers.values() for row in rows}) > 30
    if crowded:  # too many bars for a picture, and too many lines to see the whole
        text += accuracy_table(answers, "skill") + "\n\n"
    text += accuracy_table(answers, "task") + "\n\n"
    if {"sft", "grpo"} <= answers.keys():
        for split, title in (SPLITS | {"": "all"}).items():
            pairs = [[row for row in answers[name] if split in ("", row["split"])] for name in ("sft", "grpo")]
            if pairs[0]:
                text += f"- GRPO - SFT, {title}: {paired_difference(*pairs)}\n"
        text += "\n"
    text += behaviour_table(answers) + "\n"
    print("\n" + text)
    write_text(f"{OUT}/report.md", text + "\n![accuracy](accuracy.png)\n\n![behaviour](behaviour.png)\n")
    draw_accuracy(answers, "skill" if crowded else "task", f"{OUT}/accuracy.png")
    draw_behaviour(answers, f"{OUT}/behaviour.png")


@memory_advice("SAMPLER_BATCH", "GPU_SHARE")
def main():
    given = override(globals(), sys.argv[1:])
    questions = choose_questions()
    inherit(globals(), given, f"{SFT}/constants.json", ["MODEL", "RANK", "FOUR_BIT", "MARKER"], "python 03_sft.py")
    folders = adapters()
    path = find_model(MODEL)
    chat = Chat(open_tokenizer(path), MARKER, MAX_CALLS, OUTPUT_TOKENS)
    questions = leave_room(chat, questions, MAX_TOKENS)
    print(sandbox.gaps(), end="", flush=True)
    sampler = open_sampler(SAMPLER, path, chat, temperature=TEMPERATURE, rank=RANK, max_tokens=MAX_TOKENS,
                           batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=GPU_SHARE)
    write_report(answer_all(chat, sampler, questions, folders))
    print(f"wrote {OUT}/report.md, accuracy.png, behaviour.png and answers.jsonl")


if __name__ == "__main__":
    main()
