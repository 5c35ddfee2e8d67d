"""The published BIG-Bench Hard files (arXiv 2210.09261), where the user has them: NAME.json, each
{"canary": ..., "examples": [{"input": ..., "target": ...}, ...]}. Our verifiers grade these questions, too.
"""
import json
import re
from pathlib import Path

import tasks
from tasks.engine.constants import stop

SHAPE = '{"examples": [{"input": "...", "target": "..."}, ...]}'
OPTION = re.compile(r"^\(([A-R])\) (.*)$", re.MULTILINE)


def load(folder: str, name: str) -> tuple[list[tasks.Question], int]:
    """The questions of one task, and how many were left out because their target is none of their own options.

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
    questions = [tasks.Question(f"{name}/genuine-{number}", name, "", number, 0.5, asked, target, _data(name, asked))
                 for number, (asked, target) in enumerate(examples)]
    right = [question for question in questions if tasks.verify(question, question.answer)]
    return right, len(questions) - len(right)


def _data(name: str, asked: str) -> dict:
    """What the verifier needs beside the target, read from the question. "genuine" says that the task's reference
    program and worked solution, which go by our own questions, know nothing about this one."""
    data = {"genuine": True}
    options = OPTION.findall(asked.rpartition("Options:")[2])
    if options:
        data["options"] = [option.strip() for _, option in options]
    if name == "bbh/dyck_languages":
        data["text"] = asked.rpartition("Input:")[2].strip()
    if name == "bbh/object_counting":
        data["wanted"] = re.search(r"How many (.+?) do I have", asked)[1] if "How many" in asked else ""
    return data
