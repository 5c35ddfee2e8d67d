"""The page: all that stage 5 found, as one self-contained report.html that works from a disk and asks no network.

page.html is the page, written by hand; this file fills it with two kinds of blocks that no browser runs or renders:

    index     JSON: title, notes, tables, curves, and a letter per answer, which is all that lists and charts need
    chunk N   gzip in base64: questions with their conversations, which the page unpacks when one is looked at

The texts of models, of questions and of names are untrusted. They enter the file as ASCII, in JSON without a "<" or as
base64, so that nothing in them ends a block; the page shows them by text nodes alone, and its policy allows no other
script than its own, which it names by hash.
"""
import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

from tasks.engine.files import write_text

CHUNK = 150  # answers that are packed together
ANSWERED, RIGHT, CODE, TRUNCATED = 1, 2, 4, 8  # bits of an answer's letter, as page.html reads them
IN_INDEX = {"column", "id", "task", "split", "difficulty", "right", "truncated", "sample", "fingerprint", "question",
            "expected"}  # what is kept once per question, as a letter, or not at all


def write_page(path: str | Path, title: str, notes: list[str], tables: list[dict], answers: dict[str, list[dict]],
               curves: dict[str, list[dict]]):
    """Write report.html.

    notes:   lines below the title, as in the Markdown report; one that begins with "- " is an item of a list
    tables:  {"title", "head": [str], "rows": [[str]], "note"}, the cells as in the Markdown report
    answers: rows of answers.jsonl per column of the tables; a row needs its id, all else may be missing
    curves:  rows of metrics.jsonl per stage, such as {"stage 3": [...]}
    """
    questions = _gather(answers)
    chunks = _chunks(questions)
    names = list(dict.fromkeys(question["task"] for question in questions))
    rounds = 1 + max((sample for question in questions for _, sample in question["answers"]), default=0)
    index = {"title": title, "notes": notes, "tables": tables, "curves": curves, "columns": list(answers),
             "tasks": names, "chunks": [chunk[0] for chunk in chunks],
             "id": [question["id"] for question in questions],
             "task": [names.index(question["task"]) for question in questions],
             "unseen": [int(question["split"] == "test") for question in questions],
             "difficulty": [question["difficulty"] for question in questions],
             "letters": [["".join(_letter(question["answers"].get((column, sample))) for question in questions)
                          for sample in range(rounds)] for column in answers]}
    blocks = [f'<script type="text/plain" id="chunk{number}">{_pack([questions[place] for place in chunk])}</script>\n'
              for number, chunk in enumerate(chunks)]
    top, middle, bottom = re.split("<!-- index -->|<!-- chunks -->", _template())
    write_text(path, f'{top}<script type="application/json" id="index">{_json(index)}</script>{middle}'
                     + "".join(blocks) + bottom)


def _template() -> str:
    """The page without data, its policy naming its own style and script by their hashes."""
    page = Path(__file__).with_name("page.html").read_text(encoding="ascii")
    for tag in ("style", "script"):
        own = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        page = page.replace(f"{tag}-src 'none'", f"{tag}-src 'sha256-{digest}'")
    return page


def _gather(answers: dict[str, list[dict]]) -> list[dict]:
    """The questions in their order, each with its answers by (column, sample)."""
    questions, seen = {}, {}
    for column, rows in answers.items():
        for row in rows:
            key = row["id"], row.get("question", "")
            if key not in questions:  # two evaluations may have drawn different questions under one id
                seen[row["id"]] = seen.get(row["id"], 0) + 1
                name = row["id"].encode("utf-8", "replace").decode()  # part of an address: no lone surrogates
                questions[key] = {"id": name if seen[row["id"]] == 1 else f"{name} ({seen[row['id']]})",
                                  "task": row.get("task", ""), "split": row.get("split"), "expected": None,
                                  "difficulty": row.get("difficulty"), "question": key[1], "answers": {}}
            question = questions[key]
            if question["expected"] is None:
                question["expected"] = row.get("expected")
            before = sum(name == column for name, _ in question["answers"])
            question["answers"][column, row.get("sample", before)] = row
    return list(questions.values())


def _chunks(questions: list[dict]) -> list[list[int]]:
    """The numbers of the questions, cut where CHUNK answers are together."""
    chunks, size = [], CHUNK
    for number, question in enumerate(questions):
        if size >= CHUNK:
            chunks.append([])
            size = 0
        chunks[-1].append(number)
        size += len(question["answers"])
    return chunks


def _letter(row: dict | None) -> str:
    """An answer's bits as one printable letter; "0" where there is none."""
    bits = 0 if row is None else (ANSWERED | RIGHT * bool(row.get("right")) | CODE * (row.get("code_calls", 0) > 0)
                                  | TRUNCATED * bool(row.get("truncated")))
    return chr(ord("0") + bits)


def _pack(questions: list[dict]) -> str:
    """Questions with their conversations; those of one question lie together, for they are looked at together."""
    rows = [{"question": question["question"], "expected": question["expected"],
             "answers": [[column, sample, {key: value for key, value in row.items() if key not in IN_INDEX}]
                         for (column, sample), row in question["answers"].items()]} for question in questions]
    return base64.b64encode(gzip.compress(_json(rows).encode(), 6, mtime=0)).decode()


def _json(value) -> str:
    """ASCII JSON without "<". What is no number becomes null: JSON knows no NaN, and a browser would refuse it."""
    text = json.dumps(value, separators=(",", ":"))
    if "NaN" in text or "Infinity" in text:
        text = json.dumps(json.loads(text, parse_constant=lambda _: None), separators=(",", ":"))
    return text.replace("<", "\\u003c")
