"""The library reasoning-gym as tasks: one class a dataset in tasks/reasoning_gym/, over the base classes here.

The library draws the questions and their keys. Its scorers are not used: several hand the model's answer to eval() or
to sympy's parser, which runs code that the model wrote, others give partial credit or accept answers of other
questions. Every class reads answers with tasks/answers.py, as the other suites do; where a question has many right
answers it checks the rules of the puzzle itself.
"""
import random
from collections.abc import Callable
from contextlib import suppress
from decimal import Context, localcontext
from functools import cached_property

from tasks import Task, answers, scale

LEFT_OUT = {  # the library's other datasets, measured by tests/benchmarks/gym_probe.py
    "arc_agi": "questions of up to 12,000 characters",
    "boxnet": "the library has no answer; symbench/boxnet is the same task",
    "codeio": "questions of 3,500 characters on average, some of more than 10,000",
    "coin_flip": "few different questions (80 of 100)",
    "composite": "a mixture of other datasets",
    "futoshiki": "a second to draw one question",
    "game_of_life_halting": "game_of_life asks more; its scorer takes False for True",
    "graph_color": "the library has no answer",
    "intermediate_integration": "keys with integrals left in them; a hundred take more than minutes",
    "knight_swap": "a second to draw one question",
    "letter_jumble": "several words have the same letters (form, from), and only one counts",
    "number_sequence": "several rules fit, and only one counts",
    "propositional_logic": "the library has no answer; symbols of its own making",
    "puzzle24": "symbench/game24 is the same task",
    "rearc": "questions of up to 4,700 characters, drawn in 20 ms each",
    "rectangle_count": "questions of 6,800 characters",
    "rubiks_cube": "the library has no answer",
    "rush_hour": "the library has no answer",
    "self_reference": "few different questions (89 of 100)",
    "sentence_reordering": "several orders make sense, and only one counts",
    "string_splitting": "few different questions (72 of 100); symbench/string_splitting is the same task",
    "string_synthesis": "few different questions (72 of 100); symbench/string_synthesis is the same task",
}


class Gym(Task):
    """A dataset of the library; its name there is what follows the slash in `name`.

    knobs: what grows with difficulty, field of the dataset's configuration -> (value at 0, ..., value at 1). Two whole
           numbers or two fractions are the ends of a straight line; of anything else, the value for this stretch of
           difficulties is taken. The ends lie along the dataset's curriculum where it has one, but where that goes on
           to questions of many thousands of characters, they do not.
    fixed: fields that stay, where the library's default will not do
    note:  put behind the library's question where that leaves open what a right answer is
    """
    knobs: dict[str, tuple] = {}
    fixed: dict[str, object] = {}
    note = ""

    @property
    def slug(self) -> str:
        """The name of the dataset in the library."""
        return self.name.partition("/")[2]

    def config(self, rng: random.Random, difficulty: float) -> dict:
        """The dataset's configuration for one draw at this difficulty."""
        return self.fixed | {field: _at(difficulty, values) for field, values in self.knobs.items()}

    def create(self, seed: int = 0, size: int = 1, **config):
        """The library's dataset object, whose items are entries: dicts of question, answer and metadata."""
        from reasoning_gym import create_dataset  # takes nearly two seconds, and only drawing questions needs it
        return create_dataset(self.slug, seed=seed, size=size, **config)

    def draw(self, rng: random.Random, difficulty: float) -> dict:
        """One entry as the library makes it, by a seed from `rng` and nothing else."""
        return self.create(rng.randrange(1 << 31), **self.config(rng, difficulty))[0]

    def fits(self, entry: dict, difficulty: float) -> bool:
        """Whether the entry is kept: it has one clear meaning and a right key, and is neither trivial nor too long."""
        return True

    def entry(self, rng: random.Random, difficulty: float) -> dict:
        """The first entry drawn that fits."""
        while True:
            # The library sets the decimal precision of the whole process, and now and then divides by zero.
            with localcontext(Context(prec=60)), suppress(ArithmeticError):
                entry = self.draw(rng, difficulty)
                if self.fits(entry, difficulty):
                    return entry

    def data(self, entry: dict) -> dict:
        """What `verify` and `program` need of the entry beside question and answer; must survive JSON."""
        return {}

    def generate(self, rng, difficulty):
        entry = self.entry(rng, difficulty)
        return entry["question"].strip() + self.note, str(entry["answer"]).strip(), self.data(entry)


def _at(difficulty: float, values: tuple):
    low, high = values[0], values[-1]
    if len(values) == 2 and all(type(value) is int for value in values):
        return scale(difficulty, low, high)
    if len(values) == 2 and all(type(value) in (int, float) for value in values):
        return low + difficulty * (high - low)
    return values[min(int(difficulty * len(values)), len(values) - 1)]


class BuiltOnce(Gym):
    """Builds its dataset once, because that reads long lists or needs a repair; then only seed and settings change."""

    def build(self):
        return self.create(**self.fixed)

    @cached_property
    def dataset(self):
        return self.build()

    def draw(self, rng, difficulty):
        vars(self.dataset.config).update(self.config(rng, difficulty))
        self.dataset.seed = rng.randrange(1 << 31)
        return self.dataset[0]


class Balanced(Gym):
    """Draws again until the answer is the one of `outcomes` that was drawn first: the library's draws are lopsided."""
    outcomes: tuple[str, ...]

    def generate(self, rng, difficulty):
        wanted = rng.choice(self.outcomes)
        while True:
            drawn = super().generate(rng, difficulty)
            if drawn[1] == wanted:
                return drawn


def same(read: Callable, answer: str, text: str) -> bool:
    """Whether both can be read, as the same."""
    value = read(text)
    return value is not None and value == read(answer)


class NumberGym(Gym):
    """The answer is one number, exactly."""

    def verify(self, question, text):
        return same(answers.number, question.answer, text)


class TextGym(Gym):
    """The answer is one text, exactly but for spaces and what surrounds it."""

    def verify(self, question, text):
        return answers.unbracketed(text).split() == answers.unbracketed(question.answer).split()


class WordGym(Gym):
    """The answer is a word or two; upper or lower case does not matter."""

    def verify(self, question, text):
        return answers.unbracketed(text).lower().split() == answers.unbracketed(question.answer).lower().split()


class ListGym(Gym):
    """The answer is a list in one order, with or without brackets, quotes and commas."""

    def verify(self, question, text):
        return same(answers.items, question.answer, text)


class TableGym(Gym):
    """The answer is a table, in lines or as a list of lists; its shape counts."""

    def verify(self, question, text):
        return same(answers.table, question.answer, text)
