"""Stage 2: a teacher writes multi-turn trajectories for supervised fine-tuning, or guidance for another model.

Reads   data/tasks/train.jsonl; heldout.jsonl and test.jsonl beside it, to see that nothing of them gets in
Writes  data/sft.jsonl        one conversation a line: the verifier accepts its answer, output or reasoning supports it,
                              and stages 4 and 5 could sample it; data/sft.png shows how many of which task and style
        data/attempts.jsonl   every conversation with a model, right or wrong
        data/potential.jsonl  each question's share of right answers, which stage 4 takes with POTENTIAL=
Run     python 02_synthesize.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
Takes   with the reference teacher 25 seconds on two CPU cores, of which 720 trajectories take 5; neither GPU nor key

The teacher is one of

    reference     each task's own program and worked solution (tasks/reference.py)
    a model name  at OpenAI, with the key in OPENAI_API_KEY, or at ENDPOINT: `vllm serve`, llama.cpp, and the like
    local         the model LOCAL, in vLLM or transformers, with the adapter that a run left (ADAPTER) or without
    self          the model that will be trained, MODEL, likewise: rejection sampling. Stage 3 on what it got right,
                  then this again with ADAPTER=runs/sft and ATTEMPTS=another file, is STaR (arXiv 2203.14465)

A model is asked SAMPLES times, each time by one of several prompts (PROMPTS), as in the paper (section 3), so that
reinforcement learning has choices to reinforce: to reason in words, to compute, or both. What is kept, of which
tasks/selection.py decides, carries the standard first message, so that training sees one prompt. A question that was
answered rightly both in words and by code shows that there is a choice; such are preferred.

With METHOD=steer the teacher guides the model WORKER between code and words, as in CodeSteer (tasks/steering.py):

        data/steer_sft.jsonl    guided conversations with right answers, drawn in steer_sft.png;
                                data/steer_attempts.jsonl has all of them
        data/steer_pairs.jsonl  with ADAPTER, the run of stage 3 on those: pairs of guidances at one point, one of them
                                worth more, for DPO; data/steer_trees.jsonl has the conversations that say which
"""
import hashlib
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

import tasks
from tasks import guidance, reference, sandbox, scripted, selection, steering
from tasks.endpoint import Endpoint, check_limit, converse
from tasks.engine.constants import GPU, SMALL_MODEL, at_least_one, constants, inherit, listed, override, stop
from tasks.engine.files import append_jsonl, begin_lines, find_adapter, largest_rank, write_jsonl
from tasks.engine.model import find_model, memory_advice, open_tokenizer
from tasks.engine.sampler import open_sampler
from tasks.episode import Chat, Episode, leave_room, run_episodes
from tasks.report.trajectories import draw_picture, print_pairs, print_table

# ---------------------------------------------------------------------------------------------------- constants
METHOD = "interpreter"          # steer: guidance for WORKER instead of answers
# Teacher
TEACHER = "reference"           # reference, local, self, or a model's name at ENDPOINT
ENDPOINT = ""                   # such as http://localhost:8000/v1; "": OpenAI
IN_FLIGHT = 16                  # conversations with an endpoint at once
PRICE_IN = 0.0                  # dollars per million tokens that it reads
PRICE_OUT = 0.0                 # ... and writes
MAX_DOLLARS = 0.0               # stops before this is spent, all earlier runs of ATTEMPTS included; 0: no limit
LOCAL = "Qwen/Qwen2.5-14B-Instruct" if GPU else SMALL_MODEL   # the model of TEACHER=local, and of WORKER=local
ADAPTER = ""                    # of local and self: the run that left it, such as runs/sft; "": none
# Data
DATA = "data/tasks/train.jsonl"
ATTEMPTS = "data/attempts.jsonl"
OUT = "data/sft.jsonl"
POTENTIAL = "data/potential.jsonl"
PER_TASK = 60 if GPU else 180   # questions per task (paper: 6.5k trajectories over 107 tasks); 0: all
SAMPLES = 4                     # tries per question; the reference has one
ROUNDS = 1                      # so often; from the second on only for questions that no try has answered rightly
# What is kept
KEEP = 2                        # right ones per question, at most
CAP = 0                         # ... and per task; 0: all of these
CODE_SHARE = 0.7                # with code, as far as there is a choice
FEWEST_WORDS = 8                # that must come with an answer which no earlier turn and no output holds
# Styles of the reference: relative frequencies. A style that a task does not offer gives its share to the others.
STRAIGHT = 0.35                 # code at once, then the answer
REASON = 0.07                   # a plan in words, then code
REPAIR = 0.04                   # a first program that fails, its traceback, the repaired program
CHECK = 0.04                    # code, then a second program that checks the result
TEXT = 0.30                     # no code: a worked solution in words
# Prompts for a model (below): relative frequencies
FREE = 0.40                     # the standard one
WORDS = 0.15                    # in words alone
WORDS_FIRST = 0.15              # words, then code
CODE_FIRST = 0.15               # code, then words
SEVERAL = 0.15                  # several rounds of code
# Steering
WORKER = "scripted"             # is guided, and tests answers: scripted, local, or a model's name at WORKER_ENDPOINT
WORKER_ENDPOINT = ""            # "": OpenAI; the prices above are both models'
MAX_ROUNDS = 5                  # after the first (the paper's)
CHILDREN = "3,2"                # with an ADAPTER: guidances drawn at one point, in round 1, 2, ...; then one
TREES = 60 if GPU else 12       # questions per task that are then asked, instead of PER_TASK
PAIRS = 4                       # comparison pairs per question, those that differ most
GUIDANCE_TOKENS = 256 if GPU else 40    # one guidance
WORKER_TOKENS = 2000 if GPU else 256    # one response
REPORT_CHARS = 4000 if GPU else 200     # of each of program, output and verdict, in a report
STEER_TOKENS = 4096 if GPU else 768     # a whole conversation of the steerer's
STEER_ATTEMPTS = "data/steer_attempts.jsonl"    # in place of ATTEMPTS ...
STEER_OUT = "data/steer_sft.jsonl"              # ... and OUT; with an ADAPTER the next two are
STEER_TREES = "data/steer_trees.jsonl"
STEER_PAIRS = "data/steer_pairs.jsonl"
# Conversation
MARKER = "angle"                # angle <<<x>>>, boxed \boxed{x}, tag <answer>x</answer>
MODEL = "Qwen/Qwen2.5-3B-Instruct" if GPU else SMALL_MODEL   # to be trained; of it only the tokenizer, but for self
MAX_CALLS = 5 if GPU else 2     # code calls per conversation (paper: 5); as in stages 4 and 5
OUTPUT_TOKENS = 512 if GPU else 256   # longest code output that is shown; these three, too, as in stages 4 and 5
MAX_TOKENS = 4096 if GPU else 480     # a whole conversation
TURN_TOKENS = 1024 if GPU else 96     # one assistant turn
TEMPERATURE = 1.0               # of a model's sampling
FOUR_BIT = True                 # local and self
SAMPLER = "auto"                # auto, vllm, transformers
OVERLAP = GPU                   # sample on while code runs; False: all in step, the same bits every time
SAMPLER_BATCH = 64              # conversations at once, transformers sampler
CPU_BF16 = True                 # transformers sampler in bf16 on a CPU that has it: 1.3 times as fast; False: fp32
GPU_SHARE = 0.85                # of the GPU's memory, vllm sampler
TIMEOUT = 5.0                   # seconds per code call
# Runtime
SEED = 0
CHUNK = 100                     # conversations between two writes; with an endpoint each is written as it ends
# ---------------------------------------------------------------------------------------------------------------

# What follows the standard first message when a model is asked, and how many code calls that demands.
PROMPTS = {
    "free": ("", 0),
    "words": ("This time reason step by step in words alone, and write no code.", 0),
    "words_first": ("This time say first, in words, how the problem can be solved and where one errs easily. Then let "
                    "a program settle it.", 1),
    "code_first": ("This time begin with a program. When you see what it printed, say in words what follows from it, "
                   "then answer.", 1),
    "several": ("This time go in several rounds: let a short program find a part, look at what it printed, and write "
                "the next one. Let the last one check the result.", 2),
}
# An attempt does not depend on these, so that a run may go on with others.
MAY_DIFFER = ("ENDPOINT", "IN_FLIGHT", "PRICE_IN", "PRICE_OUT", "MAX_DOLLARS", "ATTEMPTS", "OUT", "POTENTIAL",
              "PER_TASK", "SAMPLES", "ROUNDS", "KEEP", "CAP", "CODE_SHARE", "FEWEST_WORDS", "CHUNK", "SAMPLER_BATCH",
              "GPU_SHARE", "WORKER_ENDPOINT", "TREES", "PAIRS", "STEER_ATTEMPTS", "STEER_OUT", "STEER_TREES",
              "STEER_PAIRS")
FILES = ("DATA", "ATTEMPTS", "OUT", "POTENTIAL", "STEER_ATTEMPTS", "STEER_OUT", "STEER_TREES", "STEER_PAIRS")
STEERING = ("METHOD", "WORKER", "MAX_ROUNDS", "CHILDREN", "GUIDANCE_TOKENS", "WORKER_TOKENS", "REPORT_CHARS",
            "STEER_TOKENS")  # and only that of METHOD=steer on these


def check_constants(given: list[str]):
    at_least_one(globals(), "SAMPLES", "ROUNDS", "KEEP", "CHUNK", "IN_FLIGHT", "SAMPLER_BATCH", "TURN_TOKENS",
                 "OUTPUT_TOKENS", "PAIRS", "GUIDANCE_TOKENS")
    if CODE_SHARE > 1:
        stop(f"CODE_SHARE is a share, from 0 to 1, not {CODE_SHARE}")
    for names in ([name.upper() for name in PROMPTS], ("STRAIGHT", "REASON", "REPAIR", "CHECK", "TEXT")):
        if not any(map(globals().get, names)):
            stop(f"{', '.join(names)} are relative frequencies, not all of which can be 0")
    if ADAPTER and TEACHER not in ("local", "self") or ENDPOINT and TEACHER in ("reference", "local", "self"):
        stop(f"TEACHER={TEACHER}, but ADAPTER is for TEACHER=local or self, and ENDPOINT for the name of a model there")
    check_limit(MAX_DOLLARS, PRICE_IN, PRICE_OUT)
    if len({Path(globals()[name]).resolve() for name in FILES}) < len(FILES):
        stop(f"two of {', '.join(FILES)} are the same file; give each its own")
    if METHOD not in ("interpreter", "steer"):
        stop(f"METHOD is interpreter or steer, not {METHOD!r}")
    if METHOD == "steer" and {"ATTEMPTS", "OUT"} & set(given):
        stop("METHOD=steer writes STEER_ATTEMPTS and STEER_OUT, with an ADAPTER STEER_TREES and STEER_PAIRS")
    if not all(part.isdecimal() and int(part) for part in listed(CHILDREN)):
        stop(f"CHILDREN are numbers from 1 on such as 3,2, not {CHILDREN!r}")


# -------------------------------------------------------------------------------------------------- the questions

def choose_questions(questions: list[tasks.Question]) -> list[tasks.Question]:
    """PER_TASK questions of each task, evenly over the file and so over the difficulties; for trees TREES of them."""
    chosen, wanted = [], TREES if METHOD == "steer" and ADAPTER else PER_TASK
    for name in sorted({question.task for question in questions}):
        mine = [question for question in questions if question.task == name]
        count = min(wanted or len(mine), len(mine))
        chosen += [mine[position * len(mine) // count] for position in range(count)]
    return chosen


# -------------------------------------------------------------------------------------------------------- asking

class Try(NamedTuple):
    """The number-th time that a question is asked, and by which of PROMPTS."""
    question: tasks.Question
    number: int
    style: str


def tries_of(questions: list[tasks.Question], numbers) -> list[Try]:
    """Each question so many times, each time in a style drawn for it."""
    weights = [globals()[style.upper()] for style in PROMPTS]
    return [Try(question, number, random.Random(f"{SEED}/{question.id}/{number}").choices(list(PROMPTS), weights)[0])
            for question in questions for number in numbers]


def wording(chat: Chat, asked: Try) -> str:
    """The first message as the teacher gets it."""
    prompt, (addition, _) = chat.prompt(asked.question.question), PROMPTS[asked.style]
    return f"{prompt}\n\n{addition}" if addition else prompt


def teacher() -> str:
    """Its name."""
    return {"local": LOCAL, "self": MODEL}.get(TEACHER, TEACHER)


def open_teacher(chat: Chat, path: str, questions: list[tasks.Question]):
    """The function that asks the teacher: ask(tries, keep), where keep(rows) takes the attempts as they come; the
    endpoint, if it is at one; and the questions that leave it room for an answer.

    chat, path: of the model that will be trained
    """
    def ask_reference(asked: list[Try], keep):
        frequencies = {"straight": STRAIGHT, "reason": REASON, "repair": REPAIR, "check": CHECK, "text": TEXT}
        for start in range(0, len(asked), CHUNK):
            questions = [each.question for each in asked[start:start + CHUNK]]
            keep(reference.write_conversations(chat, questions, frequencies, SEED, TIMEOUT))

    def record(asked: Try, episode: Episode) -> dict:
        return selection.as_row(chat, asked.question, episode) | {
            "try": asked.number, "style": asked.style, "teacher": teacher()}

    def ask_endpoint(asked: list[Try], keep):
        converse(chat, [wording(chat, each) for each in asked], endpoint, timeout=TIMEOUT,
                 finished=lambda number, episode: keep([record(asked[number], episode)]))

    def ask_sampler(asked: list[Try], keep):
        for start in range(0, len(asked), CHUNK):
            part = asked[start:start + CHUNK]
            seed = random.Random(f"{SEED}/{part[0].question.id}/{part[0].number}").getrandbits(40)
            with tqdm(total=len(part), desc="of these", leave=False, disable=None) as bar:  # on a CPU they take minutes
                episodes = run_episodes(chat, [wording(chat, each) for each in part], sampler, max_tokens, TURN_TOKENS,
                                        seed, timeout=TIMEOUT, progress=bar.update, overlap=OVERLAP)
            keep([record(*pair) for pair in zip(part, episodes)])

    if TEACHER == "reference":
        return ask_reference, None, questions
    if TEACHER not in ("local", "self"):
        endpoint = Endpoint(TEACHER, ENDPOINT, temperature=TEMPERATURE, turn_tokens=TURN_TOKENS, in_flight=IN_FLIGHT,
                            price_in=PRICE_IN, price_out=PRICE_OUT, max_dollars=MAX_DOLLARS)
        return ask_endpoint, endpoint, leave_room(chat, questions, MAX_TOKENS)
    if TEACHER == "local":
        path = find_model(LOCAL)
        chat = Chat(open_tokenizer(path), MARKER, MAX_CALLS, OUTPUT_TOKENS)  # the tokens that it samples are its own
    questions = leave_room(chat, questions, MAX_TOKENS)
    folder = find_adapter(ADAPTER, "python 03_sft.py") if ADAPTER else None
    max_tokens = MAX_TOKENS + max(len(chat.encode(addition)) for addition, _ in PROMPTS.values())
    sampler = open_sampler(SAMPLER, path, chat, temperature=TEMPERATURE, rank=largest_rank(filter(None, [folder])),
                           max_tokens=max_tokens, batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=GPU_SHARE,
                           cpu_bf16=CPU_BF16)
    sampler.use(folder)
    return ask_sampler, None, questions


def open_steering(chat: Chat, questions: list[tasks.Question]):
    """The function that has tries guided, like that of `open_teacher`, and the endpoint that counts for all, if any.

    Once MAX_DOLLARS are spent nothing more is begun; what is under way, IN_FLIGHT conversations or trees, is finished.
    """
    models = 1 + (WORKER == "local" and TEACHER in ("local", "self"))  # of these vLLM gives each its share
    both = {"sampler": SAMPLER, "batch": SAMPLER_BATCH, "four_bit": FOUR_BIT, "gpu_share": GPU_SHARE / models,
            "cpu_bf16": CPU_BF16, "in_flight": IN_FLIGHT, "price_in": PRICE_IN, "price_out": PRICE_OUT}
    steerer = steering.open_speaker(
        {"reference": "scripted", "self": "local"}.get(TEACHER, TEACHER), "steerer", questions, chat.tokenizer, **both,
        model=MODEL if TEACHER == "self" else LOCAL, adapter=ADAPTER, address=ENDPOINT, temperature=TEMPERATURE,
        max_tokens=STEER_TOKENS, turn_tokens=GUIDANCE_TOKENS)
    endpoint = getattr(steerer, "endpoint", None)
    worker, tester = steering.open_worker(
        WORKER, questions, chat.tokenizer, **both, model=LOCAL, address=WORKER_ENDPOINT, purse=endpoint,
        max_tokens=STEER_TOKENS + (MAX_ROUNDS + 1) * WORKER_TOKENS, turn_tokens=WORKER_TOKENS)
    endpoint = endpoint or getattr(worker, "endpoint", None)
    children = list(map(int, listed(CHILDREN))) if ADAPTER else []
    hints = list(steering.HINTS) if not ADAPTER and TEACHER != "reference" else [""]
    names = {"worker": WORKER, "teacher": teacher()}
    size = IN_FLIGHT if endpoint else max(1, CHUNK // math.prod(children))

    def ask(asked: list[Try], keep):
        for start in range(0, len(asked), size):
            part = asked[start:start + size]
            if endpoint and 0 < MAX_DOLLARS <= endpoint.dollars:
                return
            seeds = [f"{SEED}/{each.question.id}/{each.number}" for each in part]
            steering.steer([each.question for each in part], seeds, steerer, worker, tester,
                           hints=[random.Random(seed).choice(hints) for seed in seeds], children=children,
                           max_rounds=MAX_ROUNDS, timeout=TIMEOUT, report_chars=REPORT_CHARS,
                           finished=lambda number, leaves: keep(
                               [guidance.as_row(chat, leaves) | names | {"try": part[number].number}]))

    return ask, endpoint


def ask_all(ask, questions: list[tasks.Question], endpoint: Endpoint | None, first: str) -> list[dict]:
    """All attempts at these questions, those of earlier runs among them, in the order of the questions.

    None is made twice, and each is written as soon as `ask` has it: at an endpoint when it ends, here by CHUNK. What
    could not be had is written, too, for what it has cost, and asked again in the next run. first: the first message
    about an empty question, since attempts under other prompts are others.
    """
    free = MAY_DIFFER if METHOD == "steer" else MAY_DIFFER + STEERING
    shaping = {name: value for name, value in constants(globals()).items() if name not in free}
    prompts = [first, PROMPTS]
    if METHOD == "steer":  # prompts, and how the scripted ones speak
        shaping = constants(vars(steering)) | constants(vars(scripted)) | shaping
        prompts = [first, steering.HINTS, scripted.SAYS, scripted.WISHES]
    shaping["prompts"] = hashlib.sha256(repr(prompts).encode()).hexdigest()[:16]
    inputs = [DATA, find_adapter(ADAPTER, "python 03_sft.py")] if ADAPTER else [DATA]
    # What the reference wrote costs nothing and is written anew; nobody else's is thrown away.
    rows = begin_lines(ATTEMPTS, shaping, inputs, lambda earlier: earlier["TEACHER"] == "reference"
                       and earlier.get("WORKER", "scripted") == "scripted")
    bar, unmade = tqdm(desc="attempts", unit=""), 0
    done = {(row["id"], row["try"]) for row in rows if not row["failed"]}
    if endpoint:
        endpoint.tokens_in = sum(row["prompt_tokens"] for row in rows)
        endpoint.tokens_out, endpoint.ended = sum(row["tokens"] for row in rows), len(rows)

    def keep(new: list[dict]):
        if METHOD == "steer" and endpoint:  # all that was read and written since the last row, whoever it was for
            for name, total in (("prompt_tokens", endpoint.tokens_in), ("tokens", endpoint.tokens_out)):
                new[0][name] = total - sum(row[name] for row in rows)
        append_jsonl(ATTEMPTS, new)
        rows.extend(new)
        done.update((row["id"], row["try"]) for row in new if not row["failed"])
        bar.update(len(new))
        right = sum(row["reward"] for row in rows[-200:]) / min(200, len(rows) or 1)
        bar.set_postfix(refresh=False, right=f"{right:.0%}",
                        **{"dollars": f"{endpoint.dollars:.2f}"} if endpoint and endpoint.dollars else {})

    rounds, samples = (1, 1) if TEACHER == "reference" or METHOD == "steer" and ADAPTER else (ROUNDS, SAMPLES)
    for first in range(0, rounds * samples, samples):
        solved = {row["id"] for row in rows if row["reward"] == 1 and row["try"] < first}
        wanted = tries_of([question for question in questions if question.id not in solved],
                          range(first, first + samples))
        todo = [each for each in wanted if (each.question.id, each.number) not in done]
        bar.total = bar.n + len(todo)
        bar.refresh()  # a slow teacher's first attempts take minutes
        if todo:
            ask(todo, keep)
        unmade += sum((each.question.id, each.number) not in done for each in todo)
    bar.close()
    if endpoint:
        print(f"{endpoint.tokens_in:,} tokens read and {endpoint.tokens_out:,} written: ${endpoint.dollars:.2f}")
        lost = [row["failed"] for row in rows if row["failed"] and (row["id"], row["try"]) not in done]
        if unmade:
            why = lost[-1] if lost else "MAX_DOLLARS"
            print(f"{unmade} tries are still to be made ({why}): run the same command again")
    places = {question.id: place for place, question in enumerate(questions)}
    return sorted((row for row in rows if row["id"] in places and not row["failed"]),
                  key=lambda row: (places[row["id"]], row["try"]))


# --------------------------------------------------------------------------------------------------------- main

def choose_rows(chat: Chat, attempts: list[dict]) -> tuple[list[dict], Counter]:
    """The attempts to learn from, or pairs of guidances in them, and why others are left out."""
    if METHOD == "steer" and ADAPTER:
        return guidance.choose_pairs(chat, attempts, PAIRS, GUIDANCE_TOKENS, STEER_TOKENS)
    faults = [guidance.fault(chat, row, GUIDANCE_TOKENS, STEER_TOKENS) if METHOD == "steer" else
              selection.fault(chat, row, PROMPTS.get(row["style"], ("", 0))[1], TURN_TOKENS, MAX_TOKENS, FEWEST_WORDS)
              for row in attempts]
    fit = [row for row, found in zip(attempts, faults) if not found]
    kept, more = selection.select(fit, KEEP, CAP, CODE_SHARE, SEED)
    if TEACHER != "reference":
        print(f"\n{selection.both_ways(fit)} questions were answered rightly both in words and by code; "
              f"{selection.both_ways(kept)} are kept so")
    return kept, Counter(filter(None, faults)) + more


def write_rows(attempts: list[dict], kept: list[dict]):
    """What `choose_rows` kept: in OUT, as a table and as a picture."""
    if "chosen" in kept[0]:
        write_jsonl(OUT, kept)
        return print_pairs(attempts, kept)
    write_jsonl(OUT, [{name: row[name] for name in ("id", "task", "messages", "reward", "style", "teacher")}
                      | {"code_calls": len(row["statuses"])} for row in kept])
    print_table(attempts, kept)
    draw_picture(attempts, kept, str(Path(OUT).with_suffix(".png")))


@memory_advice("SAMPLER_BATCH", "GPU_SHARE")
def main():
    given = override(globals(), sys.argv[1:])
    check_constants(given)
    if METHOD == "steer":
        attempts, out = (STEER_TREES, STEER_PAIRS) if ADAPTER else (STEER_ATTEMPTS, STEER_OUT)
        globals().update(ATTEMPTS=attempts, OUT=out)
    questions = choose_questions(tasks.read_questions(DATA))
    if ADAPTER and TEACHER == "self":
        inherit(globals(), given, f"{ADAPTER}/constants.json", ["MODEL", "FOUR_BIT", "MARKER"], "python 03_sft.py")
    path = find_model(MODEL)
    chat = Chat(open_tokenizer(path), MARKER, MAX_CALLS, OUTPUT_TOKENS)
    first = steering.choice if METHOD == "steer" else chat.prompt
    selection.refuse_unseen(DATA, first, {question.id: first(question.question) for question in questions})
    if METHOD == "steer":
        ask, endpoint = open_steering(chat, questions)
    else:
        ask, endpoint, questions = open_teacher(chat, path, questions)
    print(sandbox.gaps(), end="", flush=True)
    attempts = ask_all(ask, questions, endpoint, first(""))
    kept, counts = choose_rows(chat, attempts)
    left_out = "; ".join(f"{count} {found}" for found, count in counts.most_common()) or "none left out"
    if not kept:
        stop(f"no trajectory is fit to be learned from ({left_out}); nothing written")
    selection.refuse_unseen(DATA, first, {row["id"]: row["messages"][0]["content"] for row in kept})
    write_rows(attempts, kept)
    if METHOD == "interpreter" and TEACHER == "reference":
        Path(ATTEMPTS).unlink()
    elif METHOD == "interpreter":
        write_jsonl(POTENTIAL, selection.potential(attempts))
    print(f"\nwrote {OUT} ({len(kept)} {'pairs' if 'chosen' in kept[0] else 'trajectories'}; {left_out})")


if __name__ == "__main__":
    main()
