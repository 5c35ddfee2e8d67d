"""Stage 2: a teacher writes multi-turn trajectories for supervised fine-tuning.

Reads   data/tasks/train.jsonl
Writes  data/sft.jsonl   one conversation a line, kept only when the verifier accepts its answer, which the code output
                         that is shown must hold, and when stages 4 and 5 could sample it
Run     python 02_synthesize.py [NAME=value ...]
Takes   about a minute per 500 trajectories on two CPU cores; needs neither GPU nor key

The teacher here is each task's reference program and worked solution. A style (below) is a small function over any
task: it says what the assistant writes turn by turn, gets back what its code really printed, and so decides how the
conversation goes on. Paper, section 3: only trajectories with a right answer are kept, in several styles of mixing
text and code, so that reinforcement learning has choices to reinforce.
"""
import ast
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

from tqdm import tqdm

import tasks
from tasks import sandbox
from tasks.engine.constants import GPU, constants, override, stop
from tasks.engine.files import append_jsonl, digest, read_jsonl, write_jsonl
from tasks.engine.model import SMALL_MODEL, find_model, open_tokenizer
from tasks.episode import Chat, find_answer, render, wrap_answer

# ---------------------------------------------------------------------------------------------------- constants
# Data
DATA = "data/tasks/train.jsonl"
OUT = "data/sft.jsonl"
PER_TASK = 60 if GPU else 180   # trajectories per task (paper: 6.5k over 107 tasks); 0: one per question
# Styles: relative frequencies. A style that a task does not offer gives its share to the others.
STRAIGHT = 0.35                 # code at once, then the answer
REASON = 0.07                   # a plan in words, then code
REPAIR = 0.04                   # a first program that fails, its traceback, the repaired program
CHECK = 0.04                    # code, then a second program that checks the result
TEXT = 0.30                     # no code: a worked solution in words
# Conversation
MARKER = "angle"                # angle <<<x>>>, boxed \boxed{x}, tag <answer>x</answer>
MODEL = "Qwen/Qwen2.5-3B-Instruct" if GPU else SMALL_MODEL   # only its tokenizer: it measures the output cap
MAX_CALLS = 5 if GPU else 2     # code calls per conversation (paper: 5); as in stages 4 and 5
OUTPUT_TOKENS = 512 if GPU else 256   # longest code output that is shown; these three, too, as in stages 4 and 5
MAX_TOKENS = 4096 if GPU else 480     # a whole conversation
TURN_TOKENS = 1024 if GPU else 96     # one assistant turn
# Runtime
SEED = 0
CHUNK = 100                     # trajectories between two writes
TIMEOUT = 5.0                   # seconds per code call
# ---------------------------------------------------------------------------------------------------------------

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


# --------------------------------------------------------------------------------------------------- trajectories

def styles_for(program: str | None, worked: str | None) -> dict:
    """The styles that a question admits, with their frequencies."""
    offered = {text: TEXT if worked else 0}
    if program:
        offered |= {straight: STRAIGHT, reason: REASON, repair: REPAIR,
                    check: CHECK if printed_expression(program) else 0}
    return {style: weight for style, weight in offered.items() if weight > 0}


def write_conversations(chat: Chat, questions: list) -> list[dict]:
    """Play one style per question to its end, running each round's code of all of them in parallel."""
    plays = [begin_play(chat, question) for question in questions]
    active = [play for play in plays if play]
    while active:
        codes = []
        for play in active:
            turn = play["script"].send(play.pop("sent", None))
            play["messages"].append({"role": "assistant", "content": turn})
            if "```python\n" in turn:
                codes.append((play, turn.split("```python\n")[1].removesuffix("\n```")))
        for (play, _), result in zip(codes, sandbox.run_many([code for _, code in codes], timeout=TIMEOUT)):
            play["code_calls"] += 1
            play["sent"] = result.stdout.strip()
            play["messages"].append({"role": "user", "content": chat.results(result, play["code_calls"])})
        active = [play for play, _ in codes]
    return [finish_play(chat, play) for play in plays if play]


def begin_play(chat: Chat, question) -> dict | None:
    """The style drawn for a question, ready to speak; None where the task offers no style at all."""
    task, rng = tasks.REGISTRY[question.task], random.Random(f"{SEED}/{question.id}")
    program, worked = task.program(question), task.worked(question)
    offered = styles_for(program, worked)
    if not offered:
        return None
    style = rng.choices(list(offered), list(offered.values()))[0]

    def finish(output):
        return wrap_answer(question.answer if output is None else output, chat.marker)

    return {"question": question, "style": style.__name__, "script": style(program, worked, rng, finish),
            "messages": [{"role": "user", "content": chat.prompt(question.question)}], "code_calls": 0}


def finish_play(chat: Chat, play: dict) -> dict:
    """A played conversation as one line of the data set, its reward decided by the task's verifier."""
    question = play["question"]
    answer = find_answer(play["messages"][-1]["content"], chat.marker)
    return {"id": question.id, "task": question.task, "messages": play["messages"],
            "reward": float(tasks.verify(question, answer)), "style": play["style"], "teacher": "reference",
            "code_calls": play["code_calls"]}


def fault(chat: Chat, row: dict) -> str | None:
    """Why a trajectory is not fit to be learned from; None where it is.

    What was cut from the output cannot be known: to answer with it would be to invent it. And a turn that is longer
    than those that are sampled could be learned, but never said.
    """
    if row["reward"] != 1:
        return "rejected by their verifiers"
    contents = [message["content"] for message in row["messages"]]
    if row["code_calls"] and find_answer(contents[-1], chat.marker) not in "".join(contents[1:-1]):
        return "answer what the output that is shown does not hold"
    turns = [len(chat.encode(content)) + 1 for content in contents[1::2]]  # with the end-of-turn token
    if max(turns) > TURN_TOKENS or len(render(chat, row["messages"]).ids) > MAX_TOKENS:
        return f"longer than TURN_TOKENS={TURN_TOKENS} or MAX_TOKENS={MAX_TOKENS}"
    return None


def choose_questions(rows: list[dict]) -> list:
    """PER_TASK questions of each task, evenly over the file and so over the difficulties."""
    chosen = []
    for name in sorted({row["task"] for row in rows}):
        mine = [tasks.Question(**row) for row in rows if row["task"] == name]
        count = min(PER_TASK or len(mine), len(mine))
        chosen += [mine[position * len(mine) // count] for position in range(count)]
    return chosen


def print_table(rows: list[dict]):
    styles = sorted({row["style"] for row in rows})
    print(f"\n{'task':38}{'kept':>6}" + "".join(f"{style:>10}" for style in styles))
    for name in sorted({row["task"] for row in rows}):
        mine = [row["style"] for row in rows if row["task"] == name]
        print(f"{name:38}{len(mine):6}" + "".join(f"{mine.count(style):10}" for style in styles))


def play_all(chat: Chat, questions: list, part: Path) -> tuple[list[dict], Counter]:
    """All trajectories that are kept, and how many have which fault; chunks in the file `part` are not played again."""
    done = open_part(part)
    with tqdm(total=len(questions), desc="trajectories", unit="") as bar:
        for start in range(0, len(questions), CHUNK):
            if start not in done:
                rows = write_conversations(chat, questions[start:start + CHUNK])
                faults = [fault(chat, row) for row in rows]
                done[start] = {"start": start, "kept": [row for row, found in zip(rows, faults) if not found],
                               "faults": [found for found in faults if found]}
                append_jsonl(part, [done[start]])
            bar.update(len(questions[start:start + CHUNK]))
            bar.set_postfix(kept=sum(len(chunk["kept"]) for chunk in done.values()))
    kept = [row for start in sorted(done) for row in done[start]["kept"]]
    return kept, Counter(found for chunk in done.values() for found in chunk["faults"])


def open_part(part: Path) -> dict[int, dict]:
    """The chunks that an interrupted run with these very inputs left behind, by their start."""
    header = {"constants": constants(globals()), "data": digest(DATA)}
    if part.exists():
        lines = part.read_text().splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]  # a kill may have cut the last line
        if whole and whole[0] == header:
            write_jsonl(part, whole)
            print(f"going on where an interrupted run stopped ({len(whole) - 1} chunks are done)")
            return {chunk["start"]: chunk for chunk in whole[1:]}
    write_jsonl(part, [header])
    return {}


def main():
    override(globals(), sys.argv[1:])
    questions = choose_questions(read_jsonl(DATA, "python 01_make_tasks.py"))
    chat = Chat(open_tokenizer(find_model(MODEL)), MARKER, MAX_CALLS, OUTPUT_TOKENS)
    print(sandbox.gaps(), end="", flush=True)
    part = Path(OUT + ".part")
    kept, faults = play_all(chat, questions, part)
    left_out = "; ".join(f"{count} {found}" for found, count in faults.most_common()) or "none left out"
    if not kept:
        stop(f"no trajectory is fit to be learned from ({left_out}); nothing written")
    write_jsonl(OUT, kept)
    part.unlink()
    print_table(kept)
    print(f"\nwrote {OUT} ({len(kept)} trajectories; {left_out})")


if __name__ == "__main__":
    main()
