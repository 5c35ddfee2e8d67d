"""BIG-Bench Hard: what questions with options have in common."""
from tasks import Task, answers

LETTERS = "ABCDEFGHIJKLMNOPQR"


def shuffled(rng, right, wrong: list) -> tuple[list, int]:
    """Options in random order, and the place of the right one."""
    options = rng.sample([right, *wrong], len(wrong) + 1)
    return options, options.index(right)


def ask(text: str, options: list[str], right: int) -> tuple[str, str, dict]:
    """The question with its options, the right letter and the data for the verifier."""
    listed = "\n".join(f"({letter}) {option}" for letter, option in zip(LETTERS, options))
    return f"{text}\nOptions:\n{listed}", f"({LETTERS[right]})", {"options": options}


class OptionTask(Task):
    """The common part: the answer is a letter, or the full text of exactly one option, or both where they agree."""

    def verify(self, question, text):
        return answers.option(text, question.data["options"]) == question.answer
