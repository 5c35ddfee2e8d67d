"""Stage 5: how often, and how, models answer questions that none of them was trained on: every method in one table.

Reads   data/tasks/heldout.jsonl (unseen questions of training tasks), data/tasks/test.jsonl (unseen tasks),
        runs/sft, runs/grpo, or whatever MODELS names
Writes  runs/eval/report.md, report.html, accuracy.png, behaviour.png; answers.jsonl: every conversation, with its
        verdict; others.jsonl: answers that were not asked for this time, and come back when they are
Run     python 05_eval.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
        python 05_eval.py COMPARE=runs/evalA,runs/evalB     the report of finished evaluations, paired, in runs/compare
Takes   about 3 minutes on two CPU cores (SmolLM2-135M)

By METHODS=steer a model does not answer: it guides another one, WORKER, between code and words (tasks/steering.py).

Accuracy is the share of answers that the task's verifier accepts. In averages tasks weigh alike, as in the paper. The
95 % intervals are Wilson's for a single task, else a bootstrap over the questions within each task; differences are
paired by question.
"""
import hashlib
import itertools
import sys
import time
from functools import cache, cached_property, partial
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

import tasks
from tasks import sandbox, scripted, steering
from tasks.endpoint import Endpoint, check_limit, converse
from tasks.engine.constants import GPU, SMALL_MODEL, at_least_one, constants, inherit, listed, override, recorded, stop
from tasks.engine.files import Clock, append_jsonl, digest, find_adapter, largest_rank, read_jsonl, write_jsonl
from tasks.episode import PROMPTS, Chat, Episode, leave_room, run_episodes
from tasks.report import answers, guidance, tables, write_report

# ---------------------------------------------------------------------------------------------------- constants
# Who, and how
METHODS = "interpreter"                   # text (no code is run), code (one program, and what it prints is the answer),
                                          # interpreter (as trained), steer (guides WORKER), or several of them
MODELS = "base,sft,grpo"                  # each by all METHODS; also folders of runs or adapters, and api:NAME; by the
                                          # method steer none, too: WORKER alone
SFT = "runs/sft"
GRPO = "runs/grpo"
MODEL = ""                                # the base; this and the next two are read from the first of the runs
FOUR_BIT = True
MARKER = "angle"
ENDPOINT = ""                             # address at which the models api:NAME are; empty: OpenAI
IN_FLIGHT = 16                            # conversations there at once
PRICE_IN = 0.0                            # dollars per million tokens read there
PRICE_OUT = 0.0                           # and written
MAX_DOLLARS = 0.0                         # for each of these models; 0: no limit
# What
WHAT = "both"                             # heldout: new questions of trained tasks; test: unseen tasks; both
TASKS = ""                                # their names; empty: all
HELDOUT = "data/tasks/heldout.jsonl"
TEST = "data/tasks/test.jsonl"
PER_TASK = 50 if GPU else 20              # questions per task, evenly over its file; 0: all
SAMPLES = 1                               # answers per question, for mean@k and pass@k
# Sampling
TEMPERATURE = 1.0                         # 1: the policy as GRPO trains it; 0: greedy
MAX_CALLS = 5 if GPU else 2               # code calls per episode, as in stage 2
OUTPUT_TOKENS = 512 if GPU else 256       # longest code output that is shown, as in stage 2
MAX_TOKENS = 4096 if GPU else 480         # a whole episode
TURN_TOKENS = 1024 if GPU else 96         # one assistant turn
SAMPLER = "auto"                          # auto, vllm, transformers
OVERLAP = GPU                             # sample on while code runs; False: all in step, the same bits every time
SAMPLER_BATCH = 64                        # questions at once
CPU_BF16 = True                           # the transformers sampler on a CPU that has it, 1.3 times as fast with
                                          # SmolLM2, 1.6 times with Qwen2.5-0.5B; False: fp32
GPU_SHARE = 0.85                          # of the GPU's memory, vllm sampler
TIMEOUT = 5.0                             # seconds per code call
# Steering, as in stage 2
WORKER = "scripted"                       # is guided: scripted, local, or a model's name at WORKER_ENDPOINT
WORKER_ENDPOINT = ""                      # empty: OpenAI; prices and MAX_DOLLARS are for the model and its worker
LOCAL = "Qwen/Qwen2.5-14B-Instruct" if GPU else SMALL_MODEL   # the model of WORKER=local
MAX_ROUNDS = 5                            # after the first
GUIDANCE_TOKENS = 256 if GPU else 40      # one guidance
WORKER_TOKENS = 2000 if GPU else 256      # one response
REPORT_CHARS = 4000 if GPU else 200       # of each of program, output and verdict, in a report
STEER_TOKENS = 4096 if GPU else 768       # a whole conversation of the model's
# Report
PAIRS = "next"                            # differences to take. next: to the model before it, and the method; first: to
                                          # the first column; or a list such as "grpo - sft, grpo - base"
DRAWS = 2000                              # of the bootstrap
MOVED = 3                                 # tasks to name that rose, and that fell, the most
WORDS = 5                                 # as many words beside code and answer count as text
COMPARE = ""                              # folders of finished evaluations: only report on them, in runs/compare
# Runtime
SEED = 0
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
OUT = "runs/eval"
# ---------------------------------------------------------------------------------------------------------------


# -------------------------------------------------------------------------------------------------- who, how, what

class Column(NamedTuple):
    """A column of the tables: a model that answers by a method. adapter: its folder, or None for the bare base."""
    name: str
    model: str
    method: str
    chat: Chat
    adapter: str | None
    endpoint: Endpoint | None

    @property
    def is_sampled(self) -> bool:
        """Whether our sampler speaks for it."""
        return self.endpoint is None and self.model != "none"


def choose_questions() -> list[tasks.Question]:
    """PER_TASK questions of each task, evenly over its file and so over the difficulties."""
    if WHAT not in ("both", *tables.SPLITS):
        stop(f"WHAT is both, heldout or test, not {WHAT!r}")
    by_task = {}
    for path in [path for split, path in (("heldout", HELDOUT), ("test", TEST)) if WHAT in ("both", split)]:
        for row in sorted(tasks.read_questions(path), key=lambda row: row.task):
            by_task.setdefault((path, row.task), []).append(row)
    wanted, there = set(filter(None, listed(TASKS))), {task for _, task in by_task}
    if wanted - there:
        stop(f"TASKS names {', '.join(sorted(wanted - there))}; with WHAT={WHAT} there are: {', '.join(sorted(there))}")
    chosen = []
    for (_, task), mine in by_task.items():
        count = min(PER_TASK or len(mine), len(mine)) if not wanted or task in wanted else 0
        chosen += [mine[position * len(mine) // count] for position in range(count)]
    return chosen


def find_adapters() -> dict[str, str]:
    """The folder of the adapter of each of MODELS that has one."""
    known, found = {"sft": (SFT, "python 03_sft.py"), "grpo": (GRPO, "python 04_grpo.py")}, {}
    for name in listed(MODELS):
        if name in known or Path(name).is_dir():
            found[name] = find_adapter(*known.get(name, (name, f"python 04_grpo.py RUN={name}")))
        elif name not in ("base", "none") and not name.startswith("api:"):
            stop(f"MODELS names {name!r}, which is no folder; there are base, sft, grpo, and api:NAME at an ENDPOINT")
    return found


def inherit_base(adapters: dict[str, str], given: list[str]) -> dict[str, str]:
    """Take the base from the first of the runs, and return the marker of each; stops where they have several bases."""
    runs = {name: path for name, folder in adapters.items()
            if (path := Path(folder).parent / "constants.json").exists()}
    if runs or Path(SFT, "constants.json").exists():
        source = next(iter(runs.values()), f"{SFT}/constants.json")
        inherit(globals(), given, str(source), ["MODEL", "FOUR_BIT", "MARKER"], "")
    if not MODEL:
        stop("none of MODELS is a run that says what its base is: give MODEL=, a folder or a name on the hub")
    theirs = {name: recorded(path) for name, path in runs.items()}
    for constant in {"MODEL", "FOUR_BIT"} - set(given):
        for name, run in theirs.items():
            if run.get(constant, globals()[constant]) != globals()[constant]:
                stop(f"{runs[name]} has {constant}={run[constant]}, {source} {globals()[constant]}: evaluate them "
                     "apart, each with an OUT of its own, then put them into one table with COMPARE=")
    return {name: MARKER if "MARKER" in given else run.get("MARKER", MARKER) for name, run in theirs.items()}


def choose_columns(tokenizer, adapters: dict[str, str], markers: dict[str, str]) -> list[Column]:
    """Every model by every method."""
    models, methods, columns = listed(MODELS), listed(METHODS), []
    if set(methods) - {*PROMPTS, "steer"} or len({*models, *methods}) < len(models + methods):
        stop(f"METHODS names some of {', '.join(PROMPTS)}, steer, and neither it nor MODELS names one twice")
    if "none" in models and "steer" not in methods:
        stop("MODELS names none, the worker without a steerer: give METHODS=steer")
    for model, name in tables.short(models).items():
        endpoint = open_endpoint(model.removeprefix("api:"), TURN_TOKENS) if model.startswith("api:") else None
        for method in methods if model != "none" else ["steer"]:
            chat = steering.steerer_chat(tokenizer) if method == "steer" else Chat(
                tokenizer, markers.get(model, MARKER), MAX_CALLS, OUTPUT_TOKENS, method)
            columns.append(Column(f"{name} {method}" if len(methods) > 1 else name, model, method, chat,
                                  adapters.get(model), endpoint))
    return columns


def open_endpoint(name: str, turn_tokens: int, purse: Endpoint | None = None) -> Endpoint:
    return Endpoint(name, ENDPOINT, temperature=TEMPERATURE, turn_tokens=turn_tokens, in_flight=IN_FLIGHT,
                    price_in=PRICE_IN, price_out=PRICE_OUT, max_dollars=MAX_DOLLARS, purse=purse)


# ------------------------------------------------------------------------------------------------------ answering

def fingerprint(column: Column, questions: list[tasks.Question]) -> str:
    """What an answer depends on: model, method, questions and sampling. Answers with another fingerprint are others."""
    chat, there = column.chat, column.endpoint
    settings = [MODEL, chat.prompt(""), chat.marker, chat.max_calls, OUTPUT_TOKENS, TURN_TOKENS, TEMPERATURE, SEED,
                TIMEOUT]
    settings += [there.model, there.address] if there else [
        MAX_TOKENS, column.adapter and digest(column.adapter), FOUR_BIT, CPU_BF16, SAMPLER, SAMPLER_BATCH]
    if column.method == "steer":  # of the above, what has a part in it; among the modules' constants are the prompts
        who = settings[-2:] if there else settings[-5:] if column.is_sampled else ["none"]
        work = {"scripted": [constants(vars(scripted))], "local": [LOCAL, FOUR_BIT, CPU_BF16, SAMPLER, SAMPLER_BATCH]}
        settings = [MODEL, who, TEMPERATURE, SEED, TIMEOUT, WORKER, work.get(WORKER, [WORKER_ENDPOINT]), MAX_ROUNDS,
                    GUIDANCE_TOKENS, WORKER_TOKENS, REPORT_CHARS, STEER_TOKENS, constants(vars(steering))]
    if not there or column.method == "steer":  # an endpoint answers each question by itself, here they share batches
        settings.append(questions)
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


def sampled(column: Column, sampler, part: list, start: int, sample: int, progress) -> list[Episode]:
    """Questions answered by our sampler. start, sample: which they are, to which their seeds belong."""
    return run_episodes(column.chat, [column.chat.prompt(question.question) for question in part], sampler, MAX_TOKENS,
                        TURN_TOKENS, seed=SEED * 1_000_003 + start * 100 + sample, timeout=TIMEOUT, progress=progress,
                        overlap=OVERLAP)


def guided(column: Column, steerer, worker, tester, part: list, start: int, sample: int, progress) -> list[Episode]:
    """Questions answered by the worker, which the column's model guides, if it is not none."""
    seeds = [f"{SEED}/{question.id}/{sample}" for question in part]
    if steerer:
        ended = steering.steer(part, seeds, steerer, worker, tester, max_rounds=MAX_ROUNDS, timeout=TIMEOUT,
                               report_chars=REPORT_CHARS, finished=lambda *_: progress())
    else:
        ended = steering.answer_alone(part, seeds, worker, TIMEOUT)
        progress(len(part))
    return [guidance.as_episode(column.chat, each) for each in ended]


class Speakers:
    """What speaks, opened where something is lacking: a report alone needs no model."""

    def __init__(self, columns: list[Column], questions: list[tasks.Question], path: str):
        self.columns, self.questions, self.path = columns, questions, path
        steers = any(column.method == "steer" for column in columns)
        models = any(column.is_sampled for column in columns) + (steers and WORKER == "local")
        self.gpu_share = GPU_SHARE / max(1, models)

    @cached_property
    def sampler(self):
        """For the base, and for every adapter in turn."""
        from tasks.engine.sampler import open_sampler
        rank = largest_rank(column.adapter for column in self.columns if column.adapter)
        longest = max(STEER_TOKENS if column.method == "steer" else MAX_TOKENS for column in self.columns)
        return open_sampler(SAMPLER, self.path, self.columns[0].chat, temperature=TEMPERATURE, rank=rank,
                            max_tokens=longest, batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=self.gpu_share,
                            cpu_bf16=CPU_BF16)

    @cache
    def workers(self, purse: Endpoint | None) -> tuple:
        """The worker and the author of the tests. purse: counts what an endpoint reads and writes, itself if None."""
        return steering.open_worker(
            WORKER, self.questions, self.columns[0].chat.tokenizer, model=LOCAL, address=WORKER_ENDPOINT,
            max_tokens=STEER_TOKENS + (MAX_ROUNDS + 1) * WORKER_TOKENS, turn_tokens=WORKER_TOKENS, sampler=SAMPLER,
            batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=self.gpu_share, cpu_bf16=CPU_BF16, in_flight=IN_FLIGHT,
            price_in=PRICE_IN, price_out=PRICE_OUT, purse=purse)

    def ask(self, column: Column):
        """What answers a part of the questions by the column's method, and the endpoint that counts for it, if any."""
        if column.is_sampled:
            self.sampler.use(column.adapter)
        if column.method != "steer":
            return partial(sampled, column, self.sampler), None
        there = column.endpoint
        worker, tester = self.workers(there if WORKER not in ("scripted", "local") else None)
        steerer = steering.Local(column.chat, self.sampler, STEER_TOKENS, GUIDANCE_TOKENS) if column.is_sampled else (
            there and steering.Remote(column.chat, open_endpoint(there.model, GUIDANCE_TOKENS, there)))
        return partial(guided, column, steerer, worker, tester), there or getattr(worker, "endpoint", None)


def answer_here(column: Column, mark: str, questions: list, have: dict, ask, purse: Endpoint | None, clock: Clock,
                bar: tqdm, keep):
    """Ask for what is lacking by chunks, to which seeds belong: one that was cut is asked for anew as a whole, unless
    that would be paid for twice. ask, purse: of `Speakers`."""
    # A chunk is a batch in step; with OVERLAP four, so that others take the place of questions that have ended.
    size, failed = IN_FLIGHT if purse else SAMPLER_BATCH * (4 if OVERLAP else 1), []
    if purse and not column.endpoint:  # the worker's: each column that it works for has MAX_DOLLARS of its own
        purse.tokens_in = purse.tokens_out = 0
    for read, written in [row.get("paid", (0, 0)) for row in have.values() if purse]:  # by earlier runs
        purse.tokens_in, purse.tokens_out = purse.tokens_in + read, purse.tokens_out + written
    for sample, start in itertools.product(range(SAMPLES), range(0, len(questions), size)):
        part = questions[start:start + size]
        lacking = [question for question in part if (question.id, sample) not in have]
        if not lacking:
            continue
        if clock.is_over():
            out_of_time()
        if purse and 0 < MAX_DOLLARS <= purse.dollars:
            out_of_money()
        part = lacking if purse else part
        bar.update(len(lacking) - len(part))
        begun, read, written = time.monotonic(), *((purse.tokens_in, purse.tokens_out) if purse else (0, 0))
        episodes = ask(part, start, sample, bar.update)
        seconds = (time.monotonic() - begun) / len(part)
        rows = [answers.as_row(column, mark, question, sample, episode, seconds)
                for question, episode in zip(part, episodes) if not episode.failed]
        if purse and rows:
            rows[0]["paid"] = [purse.tokens_in - read, purse.tokens_out - written]
        keep(rows)
        failed += [episode.failed for episode in episodes if episode.failed]
        clock.tick()
    tell_failures(failed, len(questions) * SAMPLES)


def answer_there(column: Column, mark: str, questions: list, have: dict, clock: Clock, bar: tqdm, keep):
    """Have what is lacking from the endpoint, each conversation kept as it ends."""
    lacking = [(question, sample) for sample in range(SAMPLES) for question in questions
               if (question.id, sample) not in have]
    turns = [turn for row in have.values() for turn in row["turns"]]
    column.endpoint.tokens_in += sum(turn["prompt_tokens"] for turn in turns)  # what these have cost counts, too
    column.endpoint.tokens_out += sum(turn["tokens"] for turn in turns)
    column.endpoint.ended += len(have)

    def finished(number: int, episode: Episode):
        seconds = clock.tick()
        if episode.done:
            bar.update()
            keep([answers.as_row(column, mark, *lacking[number], episode, seconds)])

    clock.tick()
    episodes = converse(column.chat, [column.chat.prompt(question.question) for question, _ in lacking],
                        column.endpoint, timeout=TIMEOUT, finished=finished, is_over=clock.is_over)
    tell_failures([episode.failed for episode in episodes if episode.failed], len(lacking))
    if not all(episode.done or episode.failed for episode in episodes):
        out_of_time() if clock.is_over() else out_of_money()


def tell_failures(reasons: list[str], count: int):
    if reasons:
        print(f"\n{len(reasons)} of {count} conversations failed, the last for {reasons[-1]}; "
              "run the same command to try once more")


def out_of_time():
    print(f"\nstopped before MAX_HOURS={MAX_HOURS}; go on with: python {' '.join(sys.argv)}")
    raise SystemExit(0)


def out_of_money():
    print(f"\nstopped at MAX_DOLLARS={MAX_DOLLARS}; go on with: python {' '.join(sys.argv)} and more of them")
    raise SystemExit(0)


def answer_all(columns: list[Column], questions: list[tasks.Question], path: str) -> dict[str, list[dict]]:
    """The answers of every column; what an earlier run answered under the same settings is kept."""
    marks = {column.name: fingerprint(column, questions) for column in columns}
    known, clock = answers.earlier(OUT, columns, marks, questions, SAMPLES), Clock(MAX_HOURS)
    speakers = Speakers(columns, questions, path)
    for column in columns:
        mark, have = marks[column.name], known[column.name]
        there, lacking = column.endpoint and column.method != "steer", len(questions) * SAMPLES - len(have)
        ask = speakers.ask(column) if lacking and not there else None
        with tqdm(total=len(questions) * SAMPLES, initial=len(have), desc=f"{column.name:5}", unit="answer") as bar:

            def keep(rows: list[dict]):
                append_jsonl(f"{OUT}/answers.jsonl", rows)
                have.update({(row["id"], row["sample"]): row for row in rows})
                bar.set_postfix(right=f"{sum(row['right'] for row in have.values()) / len(have):.0%}")

            if there:
                answer_there(column, mark, questions, have, clock, bar, keep)
            elif ask:
                answer_here(column, mark, questions, have, *ask, clock, bar, keep)
    rows = {name: [have[question.id, sample] for question in questions for sample in range(SAMPLES)
                   if (question.id, sample) in have] for name, have in known.items()}
    write_jsonl(f"{OUT}/answers.jsonl", [row for mine in rows.values() for row in mine])
    return rows


# ------------------------------------------------------------------------------------------------------- reporting

def compare(given: list[str]):
    """The report of finished evaluations: columns of the same name stand side by side, and are compared."""
    folder, names = OUT if "OUT" in given else "runs/compare", tables.short(listed(COMPARE))
    if Path(folder).resolve() in [Path(path).resolve() for path in names]:
        stop(f"{folder} is one of the evaluations: give another OUT for the report of them all")
    found, pairs = answers.side_by_side(names, PAIRS)
    write_report(f"{' and '.join(names.values())} side by side", [f"Answers of {' and '.join(names)}."], found, pairs,
                 {}, folder, draws=DRAWS, moved=MOVED, words=WORDS)


def evaluate(given: list[str]):
    """Answer, and report."""
    from tasks.engine.model import find_model, open_tokenizer
    questions, adapters = choose_questions(), find_adapters()
    markers = inherit_base(adapters, given)
    path = find_model(MODEL)
    columns = choose_columns(open_tokenizer(path), adapters, markers)
    pairs = tables.choose_pairs(PAIRS, {column.name: (column.model, column.method) for column in columns})
    chats = [column.chat for column in columns if column.method != "steer"]
    if chats:
        longest = max(chats, key=lambda chat: len(chat.encode(chat.prompt(""))))
        questions = leave_room(longest, questions, MAX_TOKENS)
    if len(chats) < len(columns):
        questions = leave_room(columns[-1].chat, questions, STEER_TOKENS, steering.choice, "STEER_TOKENS")
    print(sandbox.gaps(), end="", flush=True)
    curves = {{"sft": "stage 3", "grpo": "stage 4"}.get(name, name): read_jsonl(str(metrics), "its stage")
              for name, folder in adapters.items() if (metrics := Path(folder).parent / "metrics.jsonl").exists()}
    answered = answer_all(columns, questions, path)
    count, sampling = f"{SAMPLES} samples" if SAMPLES > 1 else "one sample", f"at temperature {TEMPERATURE:g}"
    note = f"{count} per question, {sampling if TEMPERATURE else 'greedy'}, seed {SEED}."
    write_report(f"Evaluation of {MODEL}", [note], answered, pairs, curves, OUT, len(questions), draws=DRAWS,
                 moved=MOVED, words=WORDS)


def main():
    given = override(globals(), sys.argv[1:])
    at_least_one(globals(), "SAMPLES", "TURN_TOKENS", "OUTPUT_TOKENS", "SAMPLER_BATCH", "IN_FLIGHT", "DRAWS")
    check_limit(MAX_DOLLARS, PRICE_IN, PRICE_OUT)
    if COMPARE:
        return compare(given)
    from tasks.engine.model import memory_advice
    with memory_advice("SAMPLER_BATCH", "GPU_SHARE"):
        evaluate(given)


if __name__ == "__main__":
    main()
