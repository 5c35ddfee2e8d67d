"""Steerer, worker and tester that need no model: stage 2 makes its data with them, and a small steerer learns on them.

The worker stands in for a large model with that one's habits, so that there is something to learn: which questions want
code, what a report means, and when to stop. What it says is a function of seed, question and dialogue alone.

    asked        for code  a program that computes; FAILS and TRIVIAL times one that fails, one that prints a guess
                 for words what it knows to work out, if the question is easy, but for slips; else a guess
                 neither   mostly words: so it answers the bare question
    told to      mend an error  does so, where its last program had one
                 compute        writes a program that does, where its last one did not

The steerer is a random policy that reads reports better than chance, in varied words. Of its conversations those are
kept that end in a right answer (rejection sampling): in them there are detours, such as a wrong way that was mended
later or a round that nobody needed. Supervised training learns these, too; comparison pairs, in which the sooner right
answer is worth more, can unlearn them.
"""
import random
import re

import tasks
from tasks.episode import find_code
from tasks.reference import block, break_program
from tasks.steering import CODE_GUIDANCE, TEST, TEXT_GUIDANCE, first_message

# The worker. Models often write code that fails or only prints a guess (the paper's reason for its checkers), and
# answer in words if not told otherwise. Asked for code, a worker without a steerer's help is right about half the time.
FAILS = 0.25         # of its programs stop with an error
TRIVIAL = 0.25       # print a guess ...
TRIVIAL_EASY = 0.6   # ... where it also knows how to do it in words: what looks easy it does not compute
SLIPS = 0.3          # of its solutions in words go wrong
EASY = 0.2           # up to this difficulty it can work a question out in words
WORDS = 0.9          # of answers to a bare question, or to guidance that asks for neither, are in words
# The tester. Its verdict is worth hearing, not more: the paper's is often vacuous, too.
VACUOUS = 0.3        # of its tests print Correct, whatever the answer
BREAKS = 0.2         # of its first scripts fail
# The steerer
READS = 0.65         # of its guidances follow from the report; the others are drawn as if there were none

# What advice asks for, as the worker understands it; the first that fits.
WISHES = {"mend": r"\b(fix|mend|repair|correct|error|bug)", "compute": r"\b(guess|comput|search|loop)",
          "text": r"\b(in words|in text|reason|step by step)", "code": r"\b(code|program|python|script)"}
# What the steerer says, and how likely at first and later.
SAYS = {
    "code": ["<<<code>>>"],
    "text": ["<<<text>>>"],
    "mend": ["<<<Fix the error.>>>", "<<<Your program failed: mend the error.>>>", "<<<Correct the bug and go on.>>>",
             "<<<There is an error. Repair it.>>>"],
    "compute": ["<<<Do not guess: compute it.>>>", "<<<Let the program compute the answer.>>>",
                "<<<Compute it instead of printing a guess.>>>", "<<<Search for it with a loop.>>>"],
    "return": ["<<<return>>>"],
    "terminate": ["<<<terminate>>>"],
}
FIRST = {"code": 0.45, "text": 0.45, "compute": 0.1}
LATER = {"code": 0.25, "text": 0.25, "mend": 0.1, "compute": 0.1, "return": 0.25, "terminate": 0.05}


def draw(rng: random.Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def understand(guidance: str) -> str:
    """What guidance asks for: one of WISHES, or "" for none of them."""
    fixed = {CODE_GUIDANCE: "code", TEXT_GUIDANCE: "text"}.get(guidance)
    return fixed or next((wish for wish, words in WISHES.items() if re.search(words, guidance.lower())), "")


class Worker:
    """Answers by the task's program or worked text, as well as the constants above let it."""

    def __init__(self, questions: list):
        self.questions = {first_message("", question.question): question for question in questions}

    def reply(self, dialogues: list[list[dict]], seeds: list[str]) -> list[str]:
        return [self.respond([message["content"] for message in dialogue], seed)
                for dialogue, seed in zip(dialogues, seeds)]

    def respond(self, turns: list[str], seed: str) -> str:
        rng = random.Random(f"{seed}/{turns}")
        bare = max((bare for bare in self.questions if turns[0].endswith(bare)), key=len)
        question, wish = self.questions[bare], understand(turns[-1].removesuffix(bare).strip())
        program, worked = (getattr(tasks.REGISTRY[question.task], name)(question) for name in ("program", "worked"))
        before = find_code(turns[-2]) if len(turns) > 1 else None
        guess = tasks.make(question.task, rng.randrange(10 ** 6), question.difficulty, question.split).answer
        in_words = wish == "text" or (wish == "" or wish == "mend" and not before) and rng.random() < WORDS
        if in_words:
            knows = worked and question.difficulty <= EASY and rng.random() >= SLIPS
            return f"{worked} <<<{question.answer}>>>" if knows else f"I would say <<<{guess}>>>"
        trivial = f"print({guess!r})"
        shares = {"fails": FAILS, "trivial": TRIVIAL_EASY if worked else TRIVIAL}
        kind = draw(rng, shares | {"computes": 1 - sum(shares.values())})
        guessed = before and before.startswith(("print('", 'print("'))
        if not program or wish == "mend" and guessed:  # in a guess is no error
            kind = "trivial"
        elif before and wish in ("compute", "mend"):
            kind = "computes"
        return block(break_program(program, rng) if kind == "fails" else trivial if kind == "trivial" else program)


class Tester:
    """Writes programs that test an answer: against what the task's program prints, or vacuous ones."""

    def __init__(self, questions: list):
        self.questions = {question.question: question for question in questions}

    def reply(self, dialogues: list[list[dict]], seeds: list[str]) -> list[str]:
        return [self.test([message["content"] for message in dialogue], seed)
                for dialogue, seed in zip(dialogues, seeds)]

    def test(self, turns: list[str], seed: str) -> str:
        rng = random.Random(f"{seed}/{turns[0]}")
        before, between, _ = re.split(r"\{question\}|\{answer\}", TEST)
        told, _, answer = turns[0].removeprefix(before).rpartition(between)
        program = tasks.REGISTRY[self.questions[told].task].program(self.questions[told])
        if not program or rng.random() < VACUOUS:
            return block("print('Correct')")
        if len(turns) == 1 and rng.random() < BREAKS:
            return block(break_program(program, rng))
        return block(f"""import contextlib, io
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    exec({program!r})
print("Correct" if printed.getvalue().strip() == {answer!r} else "Wrong: a program of mine prints something else")""")


class Steerer:
    """A random policy that often does what the last report suggests."""

    def __init__(self, questions: list = ()):
        """questions: not needed, it reads what every steerer reads."""

    def reply(self, dialogues: list[list[dict]], seeds: list[str]) -> list[str]:
        return [self.guide([message["content"] for message in dialogue], random.Random(seed))
                for dialogue, seed in zip(dialogues, seeds)]

    def guide(self, turns: list[str], rng: random.Random) -> str:
        if len(turns) == 1:
            return rng.choice(SAYS[draw(rng, FIRST)])
        reads = rng.random() < READS
        return rng.choice(SAYS[suggested(turns[-1]) if reads else draw(rng, LATER)])


def suggested(report: str) -> str:
    """What a report gives reason for."""
    if "Output (" in report and "Output (ok)" not in report:
        return "mend"
    if "no computing" in report:
        return "compute"
    if "Test: Correct" in report:
        return "return"
    return "code" if "In words" in report else "text"


SPEAKERS = {"steerer": Steerer, "worker": Worker, "tester": Tester}
