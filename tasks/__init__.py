"""Tasks, questions and the registry: what the five scripts share about the problems themselves.

A task is one class in one file under tasks/symbench/, tasks/bbh/ or tasks/reasoning_gym/. Writing the class is all it
takes to add it: the subclass registers itself under its name, and every module of those packages is imported below.

    class Letters(Task):
        name, skill, split = "symbench/letters", "language", "test"
        def generate(self, rng, difficulty): ...     # -> question text, answer, data
        def verify(self, question, text): ...        # -> bool; security code: see Task.verify
        def program(self, question): ...             # -> Python source that prints the answer
"""
import importlib
import pkgutil
import random
from dataclasses import dataclass, field, fields

from tasks import answers
from tasks.engine.constants import stop
from tasks.engine.files import read_jsonl

MAX_ANSWER_CHARS = 20_000  # and twice those of the key: a longer answer is wrong, so that parsers stay fast


@dataclass(frozen=True)
class Question:
    """One question; `asdict` of it is one line of data/tasks/*.jsonl.

    split is "train" (questions to learn from), "heldout" (unseen questions of the training tasks) or "test"
    (questions of tasks never trained on). answer is one accepted answer, data what the verifier needs beside it.
    """
    id: str
    task: str
    split: str
    seed: int
    difficulty: float
    question: str
    answer: str | None
    data: dict = field(default_factory=dict)


REGISTRY: dict[str, "Task"] = {}


class Task:
    """One kind of question: generator, verifier and reference program. Subclasses set the three attributes.

    name:  "suite/slug", unique
    skill: logic | arithmetic | algorithms | space | planning | language
    split: "train" or "test": the side of the paper's 107/37 split. A near-twin of a training task is never "test".
    coincidence: at most this share of the answers of other easy questions is right here by chance
    """
    name: str
    skill: str
    split: str
    coincidence: float = 0.02

    def __init_subclass__(cls):
        if not hasattr(cls, "name"):
            return  # not a task, but what several have in common
        if cls.name in REGISTRY:
            raise ValueError(f"two tasks are called {cls.name}")
        REGISTRY[cls.name] = cls()

    def generate(self, rng: random.Random, difficulty: float) -> tuple[str, str | None, dict]:
        """Draw one question from `rng` alone: (question text, one accepted answer, data for the verifier).

        difficulty runs from 0 (a minute for a person) to 1 (at or beyond the hardest setting of the original).
        """
        raise NotImplementedError

    def verify(self, question: Question, text: str) -> bool:
        """Whether `text`, written by a model, is a right answer.

        Tolerant of form, strict about content. Returns False, and never raises, evaluates or hangs, for any string.
        """
        raise NotImplementedError

    def program(self, question: Question) -> str | None:
        """A Python script that gets only what the question prints and prints an answer that `verify` accepts.

        None for a task that is naturally text.
        """
        return None

    def worked(self, question: Question) -> str | None:
        """A short worked solution in words, ending just before the answer; None where text is not a sensible way."""
        return None


def scale(difficulty: float, easy: int, hard: int) -> int:
    """The whole number that a knob has at this difficulty, on a straight line from `easy` at 0 to `hard` at 1."""
    return easy + round(difficulty * (hard - easy))


def make(name: str, seed: int, difficulty: float, split: str) -> Question:
    """The question of task `name` for this seed: the same in every process, whatever PYTHONHASHSEED says."""
    rng = random.Random(f"{name}/{seed}")  # str seeds go through SHA-512, not through hash()
    text, answer, data = REGISTRY[name].generate(rng, difficulty)
    return Question(f"{name}/{seed}", name, split, seed, difficulty, text, answer, data)


def verify(question: Question, text: str) -> bool:
    """Whether `text` answers `question`, as it stands or after a lead such as "The answer is"; False for the empty and
    for the absurdly long."""
    if not text.strip() or len(text) > MAX_ANSWER_CHARS + 2 * len(question.answer or ""):
        return False
    task, rest = REGISTRY[question.task], answers.without_lead(text)
    return task.verify(question, text) or rest is not None and task.verify(question, rest)


def names(split: str | None = None) -> list[str]:
    """All task names, or those of one side of the split, in alphabetical order."""
    return sorted(name for name, task in REGISTRY.items() if split in (None, task.split))


def read_questions(path: str) -> list[Question]:
    """The questions of a file of stage 1; stops with exit code 2 where a line is none, or its task is not here."""
    keys, maker = [key.name for key in fields(Question)], "python 01_make_tasks.py"
    questions = [Question(**{key: row[key] for key in keys}) for row in read_jsonl(path, maker, *keys)]
    unknown = sorted({question.task for question in questions} - REGISTRY.keys())
    if unknown:
        stop(f"{path} asks questions of {', '.join(unknown)}, which no class makes; make it anew with: {maker}")
    return questions


for _suite in ("symbench", "bbh", "reasoning_gym"):
    for _module in pkgutil.iter_modules([f"{__path__[0]}/{_suite}"]):
        importlib.import_module(f"{__name__}.{_suite}.{_module.name}")
