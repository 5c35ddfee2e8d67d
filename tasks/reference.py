"""The teacher that needs neither a model nor a key: each task's reference program and worked solution.

A style (below) is a small function over any task: it says what the assistant writes turn by turn, gets back what its
code really printed, and so decides how the conversation goes on. Several styles of mixing text and code, as in the
paper (section 3), so that reinforcement learning has choices to reinforce.
"""
import ast
import random
import re

import tasks
from tasks import sandbox
from tasks.episode import Chat, find_answer, wrap_answer

PLANS = ["A short program does this safely.", "I will compute this with Python.",
         "Counting by hand is error-prone, so I write code.", "Let me turn this into a few lines of code."]
CONCLUSIONS = ["The answer is", "So the answer is", "The program gives"]
REPAIRS = ["That failed. I correct the mistake.", "The traceback shows the mistake. Here is the corrected program."]
CHECKS = ["I check this by computing it again.", "Let me verify the result."]


# ------------------------------------------------------------------------------------------------------- styles
# A style is a generator: it yields a turn of the assistant and, if that held code, is sent the code's output.
# `program` and `worked` are what the task offers for the question, `finish(answer)` writes the final marker.

def straight(program, worked, rng, finish):
    output = yield block(program)
    yield finish(output)


def reason(program, worked, rng, finish):
    output = yield f"{rng.choice(PLANS)}\n{block(program)}"
    yield f"{rng.choice(CONCLUSIONS)} {finish(output)}"


def repair(program, worked, rng, finish):
    yield block(break_program(program, rng))
    output = yield f"{rng.choice(REPAIRS)}\n{block(program)}"
    yield finish(output)


def check(program, worked, rng, finish):
    output = yield block(program)
    test = f"{program[:program.rindex('print(')]}print(str({printed_expression(program)}) == {output!r})"
    yield f"{rng.choice(CHECKS)}\n{block(test)}"
    yield finish(output)


def printed_expression(program: str) -> str | None:
    """The one expression that the program's last statement prints, as source; None if it prints otherwise."""
    call = getattr(ast.parse(program).body[-1], "value", None)
    simple = isinstance(call, ast.Call) and ast.unparse(call.func) == "print" and len(call.args) == 1
    if not simple or call.keywords or isinstance(call.args[0], ast.Starred):
        return None
    return ast.get_source_segment(program, call)[len("print("):-1]


def text(program, worked, rng, finish):
    yield f"{worked} {finish(None)}"


def block(program: str) -> str:
    return f"```python\n{program}\n```"


def break_program(program: str, rng: random.Random) -> str:
    """The program with one slip that Python will report: a misspelt name, or a bracket that is never closed."""
    tree = ast.parse(program)
    known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    last = tree.body[-1]  # a slip elsewhere might never be met, nor one in the branch of "a if b else c" not taken
    skipped = {inner for node in ast.walk(last) if isinstance(node, ast.IfExp)
               for branch in (node.body, node.orelse) for inner in ast.walk(branch)}
    names = [node for node in ast.walk(last) if isinstance(last, ast.Expr) and isinstance(node, ast.Name)
             and node not in skipped and isinstance(node.ctx, ast.Load)
             and len(node.id) > 2 and node.id[:-1] not in known]
    if not names or rng.random() < 0.3:
        return program[:program.rindex(")")]
    name = rng.choice(sorted({node.id for node in names}))
    return re.sub(rf"\b{name}\b(?!.*\b{name}\b)", name[:-1], program, flags=re.DOTALL)  # its last use


# ---------------------------------------------------------------------------------------------------- conversations

def styles_for(frequencies: dict[str, float], program: str | None, worked: str | None) -> dict:
    """The styles that a question admits, with their relative frequencies."""
    offered = {text: bool(worked)}
    if program:
        offered |= {straight: True, reason: True, repair: True, check: bool(printed_expression(program))}
    return {style: frequencies[style.__name__] for style, is_offered in offered.items()
            if is_offered and frequencies[style.__name__] > 0}


def write_conversations(chat: Chat, questions: list, frequencies: dict[str, float], seed: int,
                        timeout: float) -> list[dict]:
    """Play one style per question to its end, running each round's code of all of them in parallel.

    frequencies: of the five styles, by name; timeout: seconds per code call. Questions whose task offers none of the
    styles are left out.
    """
    plays = [begin_play(chat, question, frequencies, seed) for question in questions]
    active = [play for play in plays if play]
    while active:
        codes = []
        for play in active:
            turn = play["script"].send(play.pop("sent", None))
            play["messages"].append({"role": "assistant", "content": turn})
            if "```python\n" in turn:
                codes.append((play, turn.split("```python\n")[1].removesuffix("\n```")))
        for (play, _), result in zip(codes, sandbox.run_many([code for _, code in codes], timeout=timeout)):
            play["statuses"].append(result.status)
            play["sent"] = result.stdout.strip()
            play["messages"].append({"role": "user", "content": chat.results(result, len(play["statuses"]))})
        active = [play for play, _ in codes]
    return [finish_play(chat, play) for play in plays if play]


def begin_play(chat: Chat, question, frequencies: dict[str, float], seed: int) -> dict | None:
    """The style drawn for a question, ready to speak; None where the task offers no style at all."""
    task, rng = tasks.REGISTRY[question.task], random.Random(f"{seed}/{question.id}")
    program, worked = task.program(question), task.worked(question)
    offered = styles_for(frequencies, program, worked)
    if not offered:
        return None
    style = rng.choices(list(offered), list(offered.values()))[0]

    def finish(output):
        return wrap_answer(question.answer if output is None else output, chat.marker)

    return {"question": question, "style": style.__name__, "script": style(program, worked, rng, finish),
            "messages": [{"role": "user", "content": chat.prompt(question.question)}], "statuses": []}


def finish_play(chat: Chat, play: dict) -> dict:
    """A played conversation as a line of data/attempts.jsonl, its reward decided by the task's verifier."""
    question = play["question"]
    answer = find_answer(play["messages"][-1]["content"], chat.marker)
    return {"id": question.id, "task": question.task, "try": 0, "style": play["style"], "teacher": "reference",
            "messages": play["messages"], "reward": float(tasks.verify(question, answer)),
            "statuses": play["statuses"], "failed": "", "prompt_tokens": 0,
            "tokens": sum(len(chat.encode(message["content"])) + 1 for message in play["messages"][1::2])}
