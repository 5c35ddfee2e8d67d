"""How stage 5 sets out what it found: which answers stand side by side, in which lines, and what the tables look like.

A table is plain data, {"title", "head": [str], "rows": [[str]], "note"}, the same for Markdown, screen and page. Stage
5 does the counting; here a figure comes as (value, low, high), by the title of its line and the place of its column.
"""
import re

import tasks
from tasks.engine.constants import stop
from tasks.families import suite

SPLITS = {"heldout": "trained tasks, new questions", "test": "unseen tasks"}
PAPER = ("For reference, the paper's own averages over its 37 test tasks, on its own questions (arXiv 2505.21668): 14B "
         "44.1 % before training, 72.4 % after; GPT-4o 58.6 % in text, 70.9 % with its code interpreter.")


# --------------------------------------------------------------------------------------------- what stands where

def align(answers: dict[str, list[dict]], count: int = 0) -> tuple[dict[str, list[dict]], int, int]:
    """The rows of each column about the questions that all of them answered, in one order: question by question, each
    with as many samples; how many samples; how many questions are left out. Stops where no question is left.

    count: of the questions, those included that nobody has answered
    """
    asked = {}
    for name, rows in answers.items():
        asked[name] = {}
        for row in rows:  # what one was trained for and the other not is no question for both
            asked[name].setdefault((row["id"], row["question"], row["split"]), {})[row["sample"]] = row
    samples = min(max((len(answered) for answered in mine.values()), default=1) for mine in asked.values())
    questions = list(dict.fromkeys(question for mine in asked.values() for question in mine))
    kept = [question for question in questions
            if all(set(range(samples)) <= mine.get(question, {}).keys() for mine in asked.values())]
    if not kept:
        stop(f"no question was answered by all of: {', '.join(answers)}; give them the same ones")
    return {name: [mine[question][sample] for question in kept for sample in range(samples)]
            for name, mine in asked.items()}, samples, max(count, len(questions)) - len(kept)


def short(names: list[str]) -> dict[str, str]:
    """What to call models and folders: the last part of a path, or the whole of it where two have the same."""
    last = [name.removeprefix("api:").rstrip("/").rpartition("/")[2] for name in names]
    return {name: end if last.count(end) == 1 else name for name, end in zip(names, last)}


def choose_pairs(wanted: str, columns: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Which columns are compared, as (before, after), for the constant PAIRS.

    columns: the model and method of each. "next" compares it with the model before it by the same method, and with its
    own model by the method before.
    """
    names = list(columns)
    if wanted == "first":
        return [(names[0], after) for after in names[1:]]
    if wanted == "next":
        likes = [(after, [before for before in names[:place] if columns[before][part] == columns[after][part]])
                 for place, after in enumerate(names) for part in (1, 0)]
        return [(like[-1], after) for after, like in likes if like]
    pairs = [tuple(re.split(" +- +", pair.strip()))[::-1] for pair in wanted.split(",")]
    if any(len(pair) != 2 or set(pair) - set(names) for pair in pairs):
        stop(f'PAIRS is next, first, or a list such as "grpo - sft" of these columns: {", ".join(names)}')
    return pairs


def skill(task: str) -> str:
    return tasks.REGISTRY[task].skill if task in tasks.REGISTRY else "other"


def average_lines(asked: list[dict]) -> dict[str, list[str]]:
    """The lines of averages, each with its tasks: those of a split, by suite and by skill, and all."""
    lines = {}
    for split, title in SPLITS.items():
        names = sorted({row["task"] for row in asked if row["split"] == split})
        lines |= {f"**{title}**": names} if names else {}
        for kind in (suite, skill):
            labels = sorted(set(map(kind, names)))
            lines |= {f"{title.partition(',')[0]}: {label}": [name for name in names if kind(name) == label]
                      for label in labels if len(labels) > 1}
    return lines | {"**all**": sorted({row["task"] for row in asked})}


def task_lines(averages: dict[str, list[str]]) -> dict[str, list[str]]:
    """A line for every task, those of a split followed by their average, and last the average of all."""
    lines = {}
    for title, names in averages.items():
        if title.startswith("**"):
            lines |= {name: [name] for name in names} | {title: names}
    return lines


def by_split(rows: list[dict]) -> dict[str, list[dict]]:
    """The rows of each split that there is."""
    there = {row["split"] for row in rows}
    return {split: [row for row in rows if row["split"] == split] for split in SPLITS if split in there}


# -------------------------------------------------------------------------------------------------------- tables

def percent(value: float, low: float, high: float, digits: int = 1) -> str:
    """A share and its interval."""
    return f"{value:.{digits}%} ({low:.{digits}%} to {high:.{digits}%})"


def points(value: float, low: float, high: float) -> str:
    """A difference of shares and its interval, in percentage points."""
    return f"{value * 100:+.1f} ({low * 100:+.1f} to {high * 100:+.1f})"


def accuracy(title: str, columns: list[str], lines: dict[str, list[str]], sizes: dict[str, int], scores: dict,
             note: str = "") -> dict:
    """sizes: the questions of each task; scores: by line, a figure per column."""
    rows = [[line, str(len(names)), str(sum(sizes[name] for name in names)),
             *(percent(*score, digits=0 if line in names else 1) for score in scores[line])]
            for line, names in lines.items()]
    return {"title": title, "head": ["", "tasks", "questions", *columns], "rows": rows, "note": note}


def several_samples(columns: list[str], samples: int, scores: dict[int, dict]) -> dict:
    """scores: by k, then as in `accuracy`."""
    rows = [[f"{line}, pass@{k}", *(percent(*score) for score in mine[line])]
            for k, mine in scores.items() for line in mine if line.startswith("**")]
    return {"title": "Several samples", "head": ["", *columns], "rows": rows, "note":
            f"pass@k: the chance that one of k samples is right, by the unbiased estimate from {samples}."}


def differences(pairs: list[tuple[str, str]], columns: list[str], gains: dict, scores: dict, moved: int) -> list[dict]:
    """gains: by line, the figure of each pair's difference; scores: by line, of each column; moved: how many tasks to
    name that rose, and that fell, the most."""
    lines, total, named = [line for line in gains if line.startswith("**")], [], []
    for place, (before, after) in enumerate(pairs):
        title = f"{after} - {before}"
        total.append([title, *(points(*gains[line][place]) for line in lines)])
        names = [line for line in gains if "/" in line]
        names.sort(key=lambda name: (-gains[name][place][0], name))
        for name in ([name for name in names[:moved] if gains[name][place][0] > 0]
                     + [name for name in names[max(0, len(names) - moved):] if gains[name][place][0] < 0]):
            values = [f"{scores[name][columns.index(column)][0]:.0%}" for column in (before, after)]
            named.append([title, name, *values, points(*gains[name][place])])
    parts = [{"title": "Differences, in points", "head": ["", *(line.strip("*") for line in lines)], "rows": total,
              "note": "Paired by question."}]
    if named:
        parts.append({"title": "Tasks that moved most", "head": ["", "task", "before", "after", "points"],
                      "rows": named, "note": "The largest of many differences are large by chance, too."})
    return parts


def habits(title: str, columns: dict[str, dict], note: str) -> dict:
    """columns: by column what `tasks.report.behaviour` or `tasks.report.guidance` counts."""
    rows = [[line, *("-" if column[line] is None else number(line, column[line]) for column in columns.values())]
            for line in next(iter(columns.values()))]
    return {"title": title, "head": ["", *columns], "rows": rows, "note": note}


def wrong_answers(columns: dict[str, list[dict]], causes) -> dict:
    """columns: by column its answers; causes: takes some of these and counts, as `tasks.report.behaviour` does."""
    parts, rows = list(map(by_split, columns.values())), []
    for split in parts[0]:
        mine = [part[split] for part in parts]
        rows.append([f"**{SPLITS[split]}**", *(f"{sum(not row['right'] for row in each)} wrong" for each in mine)])
        found = list(map(causes, mine))
        rows += [[cause, *("-" if each[cause] is None else f"{each[cause]:.0%}" for each in found)]
                 for cause in found[0]]
    return {"title": "What was wrong with wrong answers", "head": ["", *columns], "rows": rows, "note":
            "Shares of the wrong answers, by the first line that is true of each."}


def number(line: str, value: float) -> str:
    """As the line of behaviour with that title has it: a count, or a share."""
    return f"{value:.0f}" if "tokens" in line else f"{value:.2f}" if "per question" in line else f"{value:.0%}"


def markdown(table: dict) -> str:
    """A heading, the table, its note; numbers to the right, what names a row to the left."""
    head = [table["head"], ["---"] + ["---:"] * (len(table["head"]) - 1)]
    body = "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in head + table["rows"])
    return f"## {table['title']}\n\n{body}\n" + (f"\n{table['note']}\n" if table["note"] else "")
