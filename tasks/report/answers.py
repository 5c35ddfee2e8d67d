"""The lines of answers.jsonl: how an answer is written, which earlier ones stay, and evaluations side by side."""
import itertools
import json
from pathlib import Path

import tasks
from tasks.engine.constants import stop
from tasks.engine.files import read_jsonl, write_jsonl
from tasks.episode import Episode, printed
from tasks.report import tables


def as_row(column, mark: str, question: tasks.Question, sample: int, episode: Episode, seconds: float) -> dict:
    """One answer. column: of stage 5's table; mark: its fingerprint; seconds: this answer's share of the time that all
    took."""
    return {"column": column.name, "model": column.model, "method": column.method, "fingerprint": mark,
            "sample": sample, "id": question.id, "task": question.task, "split": question.split,
            "difficulty": question.difficulty, "right": tasks.verify(question, episode.answer),
            "answer": episode.answer, "expected": question.answer, "code_calls": episode.code_calls,
            "tool_errors": episode.tool_errors, "truncated": episode.truncated,
            "shown": any(turn.get("status") == "ok" and tasks.verify(question, printed(turn["output"]))
                         for turn in episode.turns),
            "tokens": sum(turn["tokens"] for turn in episode.turns), "seconds": round(seconds, 3),
            "question": question.question, "turns": episode.turns}


def earlier(folder: str, columns: list, marks: dict[str, str], questions: list[tasks.Question],
            samples: int) -> dict[str, dict[tuple, dict]]:
    """What is answered already of these questions, by column and (question's id, sample).

    marks: the fingerprint of each column

    answers.jsonl is left with these alone, and others.jsonl with the rest, written first: a kill loses nothing.
    """
    path, aside = Path(folder, "answers.jsonl"), Path(folder, "others.jsonl")
    lines = [line for file in (aside, path) if file.exists() for line in file.read_text().splitlines(keepends=True)]
    rows = [json.loads(line) for line in lines if line.endswith("\n")]  # a kill may have cut the last line
    there = {(row["fingerprint"], row["id"], row.get("sample", 0)): row for row in rows}
    answers, wanted, asked = {}, set(), {question.id: question.question for question in questions}
    for column in columns:  # they may be called otherwise now
        mine = {key: row for key, row in there.items() if key[0] == marks[column.name] and key[2] < samples
                and asked.get(key[1]) == row["question"]}
        answers[column.name] = {key[1:]: row | {"column": column.name, "model": column.model}
                                for key, row in mine.items()}
        wanted |= mine.keys()
    others = [row for key, row in there.items() if key not in wanted]
    if others or aside.exists():
        write_jsonl(aside, others)
    write_jsonl(path, [row for rows in answers.values() for row in rows.values()])
    return answers


def side_by_side(names: dict[str, str], wanted: str) -> tuple[dict[str, list[dict]], list[tuple[str, str]]]:
    """The answers of finished evaluations, columns of the same name next to each other, and the pairs to compare.

    names: what each folder is called; wanted: the constant PAIRS
    """
    answers = {}
    for path, name in names.items():
        for row in read_jsonl(f"{path}/answers.jsonl", f"python 05_eval.py OUT={path}"):
            if not {"column", "sample", "seconds", "question", "turns", "shown"} <= row.keys():
                stop(f"{path}/answers.jsonl is not as this script writes it; make it anew")
            answers.setdefault((row["column"], name), []).append(row)
    columns = list(dict.fromkeys(column for column, _ in answers))
    order = sorted(answers, key=lambda key: columns.index(key[0]))
    called = {f"{name} {column}": answers[column, name] for column, name in order}
    pairs = tables.choose_pairs(wanted, {f"{name} {column}": (f"{name} {column}", column) for column, name in order})
    return called, pairs or list(itertools.pairwise(called))  # where no two are called the same
