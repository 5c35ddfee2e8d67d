"""The published BIG-Bench Hard files (arXiv 2210.09261), where the user has them: NAME.json, each
{"canary": ..., "examples": [{"input": ..., "target": ...}, ...]}. Our verifiers grade these questions, too.

They carry a mark against training on them. Stage 1 deals them to heldout.jsonl and test.jsonl alone, so that no later
stage finds one where it learns from. Left out are those that cannot be graded: the target is none of the options or
there is no choice between them, the same question stands there with two targets, or for the second time.
"""
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import tasks
from tasks.engine.constants import stop

SHAPE = '{"examples": [{"input": "...", "target": "..."}, ...]}'
OPTION = re.compile(r"^\(([A-R])\) (.*)$", re.MULTILINE)


def load(folder: str, name: str) -> tuple[list[tasks.Question], Counter]:
    """The questions of one task that can be asked, and how many were left out for each reason.

    Stops with exit code 2 when the file is missing or of another shape.
    """
    path = Path(folder, name.removeprefix("bbh/") + ".json")
    try:
        examples = [(str(example["input"]), str(example["target"]))
                    for example in json.loads(path.read_text(encoding="utf-8"))["examples"]]
    except FileNotFoundError:
        stop(f"{path} is missing; BBH_DIR names the folder of the 27 published files, each {SHAPE}")
    except (ValueError, KeyError, TypeError) as error:
        stop(f"{path} cannot be read ({type(error).__name__}); it should be {SHAPE}")
    targets, kept, left_out = defaultdict(set), {}, Counter()
    for asked, target in examples:
        targets[" ".join(asked.split())].add(target)
    for number, (asked, target) in enumerate(examples):
        question = tasks.Question(f"{name}/genuine-{number}", name, "", number, 0.5, asked, target, _data(name, asked))
        text = " ".join(asked.split())
        fault = (_fault(question) or "asked with different targets" * (len(targets[text]) > 1)
                 or "asked before" * (text in kept))
        if fault:
            left_out[fault] += 1
        else:
            kept[text] = question
    return list(kept.values()), left_out


def _fault(question: tasks.Question) -> str:
    """Why this question cannot be asked, in words that go on from "question"; "" if it can."""
    options, target = question.data.get("options"), question.answer
    if not tasks.verify(question, target):
        return "whose target is none of the options" if options else "whose target our verifier refuses"
    if options and (len(options) == 1 or options.count(options[ord(target[1]) - ord("A")]) > 1):
        return "whose options leave no choice"
    return ""


def _data(name: str, asked: str) -> dict:
    """What the verifier needs beside the target, read from the question, and the mark of published ones."""
    data = {"genuine": True}
    options = OPTION.findall(asked.rpartition("Options:")[2])
    if options:
        data["options"] = [option.strip() for _, option in options]
    if name == "bbh/dyck_languages":
        data["text"] = asked.rpartition("Input:")[2].strip()
    if name == "bbh/object_counting":
        data["wanted"] = re.search(r"How many (.+?) do I have", asked)[1] if "How many" in asked else ""
    return data
