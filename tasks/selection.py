"""What stage 2 makes of a teacher's conversations: rows, those that are fit to be learned from, and a choice of them.

A row is a line of data/attempts.jsonl. Of guided conversations tasks/guidance.py makes rows and says which are fit; the
choice is made here, too.
"""
import math
import random
from collections import Counter
from pathlib import Path

import tasks
from tasks.engine.constants import stop
from tasks.engine.files import read_jsonl
from tasks.episode import CODE, MARKERS, Chat, Episode, find_answer, render
from tasks.likeness import likeness


def as_row(chat: Chat, question: tasks.Question, episode: Episode) -> dict:
    """A conversation with a model as a row."""
    return {"id": question.id, "task": question.task, "messages": episode.messages(chat.prompt(question.question)),
            "reward": float(tasks.verify(question, episode.answer)),
            "statuses": [turn["status"] for turn in episode.turns if "status" in turn], "failed": episode.failed,
            "tokens": sum(turn["tokens"] for turn in episode.turns),
            "prompt_tokens": sum(turn.get("prompt_tokens", 0) for turn in episode.turns)}


def refuse_unseen(data: str, first, known: dict[str, str]):
    """Stop where one of the questions, by id or by first message, is held out or of a test task.

    data: the file of training questions, beside which the others lie
    first: makes the first message of a question's text; known: first messages by id
    """
    for path in (Path(data).with_name("heldout.jsonl"), Path(data).with_name("test.jsonl")):
        is_there = path.exists() and path.stat().st_size
        rows = read_jsonl(str(path), "python 01_make_tasks.py", "id", "question") if is_there else []
        prompts = set(known.values())
        both = [row["id"] for row in rows if row["id"] in known or first(row["question"]) in prompts]
        if both:
            stop(f"{len(both)} questions to learn from are in {path}, too, such as {both[0]}; make both files anew "
                 "with: python 01_make_tasks.py")


# ------------------------------------------------------------------------------------------------------- filters

def fault(chat: Chat, row: dict, calls: int, turn_tokens: int, max_tokens: int, fewest_words: int) -> str | None:
    """Why a trajectory is not fit to be learned from; None where it is.

    calls: how many code calls its prompt demands
    turn_tokens, max_tokens: the caps of `too_long`
    fewest_words: that must come with an answer which no earlier turn and no output holds

    What was cut from the output cannot be known: to answer with it would be to invent it.
    """
    if row["reward"] != 1:
        return "wrong"
    if len(row["statuses"]) < min(calls, chat.max_calls):
        return "without the code that was asked for"
    if row["statuses"] and row["statuses"][-1] != "ok":
        return "with an error in the last call"
    *shown, last = [message["content"] for message in row["messages"][1:]]
    words = last.rpartition(MARKERS[chat.marker][0])[0].split()  # before the answer
    is_shown = find_answer(last, chat.marker) in CODE.sub("", "\n".join(shown))  # a program is no evidence
    if not is_shown and len(words) < fewest_words and row["style"] != "text":  # that of worked solutions
        return "with an answer that nothing shown supports"
    return too_long(chat, row["messages"], TURN_TOKENS=turn_tokens, MAX_TOKENS=max_tokens)


def too_long(chat: Chat, messages: list[dict], **caps: int) -> str | None:
    """Why the later stages, which sample by these caps, could never say a conversation; None where they could.

    caps: on one turn and on the whole conversation, called as the constants that they are
    """
    turns = [len(chat.encode_turn(message["content"])) for message in messages[1::2]]
    turn_tokens, max_tokens = caps.values()
    if max(turns) > turn_tokens or len(render(chat, messages).ids) > max_tokens:
        return "longer than " + " or ".join(f"{name}={cap}" for name, cap in caps.items())
    return None


# ----------------------------------------------------------------------------------------------------- selection

def select(rows: list[dict], keep: int, cap: int, code_share: float, seed: int) -> tuple[list[dict], Counter]:
    """At most `keep` of each question's rows and `cap` of each task's (0: all), without near-duplicates, and how many
    more there were. Questions answered rightly both in words and by code come first, the others in random order, lest a
    cap leaves only the easy ones."""
    kept, different = [], 0
    for name in sorted({row["task"] for row in rows}):
        pools, mine = {}, []  # by question; by having code; by skeleton
        for row in rows:
            if row["task"] == name:
                pool = pools.setdefault(row["id"], ({}, {}))[bool(row["statuses"])]
                pool.setdefault(likeness(row["messages"]), row)
        for question in sorted(random.Random(f"{seed}/{name}").sample(list(pools), len(pools)),
                               key=lambda question: not all(pools[question])):
            texts, codes = (list(pool.values()) for pool in pools[question])
            different += len(texts) + len(codes)
            mine += pick(texts, codes, mine, min(keep, (cap or math.inf) - len(mine)), code_share)
        kept += mine
    places = {(row["id"], row["try"]): place for place, row in enumerate(rows)}
    return (sorted(kept, key=lambda row: places[row["id"], row["try"]]),
            Counter({"near-duplicates": len(rows) - different, "more than KEEP or CAP": different - len(kept)}))


def pick(texts: list[dict], codes: list[dict], before: list[dict], most: int, code_share: float) -> list[dict]:
    """One question's part of what is kept, `before` being that of its task so far: the second is in the other way than
    the first, where there is one; else the share of code decides."""
    picked = []
    while len(picked) < most and (texts or codes):
        so_far = [bool(row["statuses"]) for row in before + picked]
        wants_code = not so_far[-1] if len(picked) == 1 else sum(so_far) < code_share * (len(so_far) + 1)
        picked.append(((codes if wants_code else texts) or codes or texts).pop(0))
    return picked


# -------------------------------------------------------------------------------------------------------- figures

def both_ways(rows: list[dict]) -> int:
    """How many questions have a trajectory with code and one without."""
    return len({row["id"] for row in rows if row["statuses"]} & {row["id"] for row in rows if not row["statuses"]})


def potential(attempts: list[dict]) -> list[dict]:
    """Each question's share p of right answers, in the form of stage 4's own measurements."""
    rewards = {}
    for row in attempts:
        rewards.setdefault(row["id"], []).append(row["reward"])
    return [{"step": 0, "id": name, "p": sum(mine) / len(mine), "samples": len(mine)}
            for name, mine in rewards.items()]
