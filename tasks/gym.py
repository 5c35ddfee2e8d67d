"""The library reasoning-gym as tasks: one class a dataset in tasks/reasoning_gym/, over the base classes here.

The library draws the questions and their keys. Its scorers are not used: several hand the model's answer to eval() or
to sympy's parser, which runs code that the model wrote, others give partial credit or accept answers of other
questions. Every class reads answers with tasks/answers.py, as the other suites do; where a question has many right
answers it checks the rules of the puzzle itself.
"""
import random

from tasks import Task, answers, scale


class Gym(Task):
    """A dataset of the library; its name there is what follows the slash in `name`.

    knobs: what grows with difficulty, field of the dataset's configuration -> (value at 0, ..., value at 1). Two whole
           numbers or two fractions are the ends of a straight line; of anything else, the value for this stretch of
           difficulties is taken. The ends are levels of the dataset's curriculum where it has one and they are sane.
    fixed: fields that stay, where the library's default will not do
    note:  put behind the library's question where that leaves open what a right answer is
    """
    knobs: dict[str, tuple] = {}
    fixed: dict[str, object] = {}
    note = ""

    def config(self, difficulty: float) -> dict:
        """The dataset's configuration at this difficulty."""
        return self.fixed | {field: _at(difficulty, values) for field, values in self.knobs.items()}

    def entry(self, rng: random.Random, difficulty: float) -> dict:
        """One entry of the dataset (question, answer, metadata), drawn by a seed from `rng` and by nothing else."""
        from reasoning_gym import create_dataset  # takes two seconds, and only drawing questions needs it
        seed = rng.randrange(1 << 31)
        return create_dataset(self.name.partition("/")[2], seed=seed, size=1, **self.config(difficulty))[0]

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


class NumberGym(Gym):
    """The answer is one number, exactly."""

    def verify(self, question, text):
        return answers.number(text) == answers.number(question.answer)


class TextGym(Gym):
    """The answer is one text, exactly but for spaces and what surrounds it."""

    def verify(self, question, text):
        return answers.plain(text).split() == answers.plain(question.answer).split()


class WordGym(Gym):
    """The answer is a word or two; upper or lower case does not matter."""

    def verify(self, question, text):
        return answers.unbracketed(text).casefold().split() == answers.unbracketed(question.answer).casefold().split()


class ListGym(Gym):
    """The answer is a list in one order, with or without brackets, quotes and commas."""

    def verify(self, question, text):
        return answers.items(text) == answers.items(question.answer)


class TableGym(Gym):
    """The answer is a table, in lines or as a list of lists; its shape counts."""

    def verify(self, question, text):
        return answers.table(text) == answers.table(question.answer)
