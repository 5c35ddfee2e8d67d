"""What stage 2 makes of guided conversations (tasks/steering.py): rows for supervised training, and comparison pairs.

A pair is two guidances at the same point of a conversation, the first worth more. What a guidance is worth its tree
says: each of its leaves is a conversation played to its end.
"""
from collections import Counter
from itertools import combinations

from tasks.episode import Chat
from tasks.selection import too_long
from tasks.steering import Steered, read_guidance

WORTH = 15  # of a right answer, in guidances


def as_row(chat: Chat, leaves: list[Steered]) -> dict:
    """A guided conversation, or all those of a tree, as a line of data/steer_attempts.jsonl or data/steer_trees.jsonl.

    messages, style, statuses and tokens are those of the first leaf; a conversation that does not branch has no other.
    """
    first = leaves[0]
    return {"id": first.question.id, "task": first.question.task, "style": first.style, "messages": first.messages(),
            "reward": sum(leaf.reward for leaf in leaves) / len(leaves),
            "statuses": [each["status"] for each in first.answered if each["status"]],
            "failed": next((leaf.failed for leaf in leaves if leaf.failed), ""),
            "tokens": sum(len(chat.encode_turn(each["text"])) for each in first.rounds), "prompt_tokens": 0,
            "pairs": pairs(leaves),
            "leaves": [{"path": leaf.path, "reward": leaf.reward, "rounds": leaf.rounds} for leaf in leaves]}


def pairs(leaves: list[Steered]) -> list[dict]:
    """All pairs of guidances at the same point of a question's conversations of which one is worth more.

    A leaf of d guidances is worth 15 - d if its answer is right and -d if not, an inner node the mean of its children
    (the paper's figure), so what is sooner right is better. Guidances in the same words are one, worth their mean, and
    conversations in the same words are one, whose next guidances are compared together.
    """
    found = []

    def worth(leaves: list[Steered], depth: int) -> float:
        """Of the node that these leaves are below, `depth` guidances deep."""
        if len(leaves[0].path) == depth:
            return WORTH * leaves[0].reward - depth
        branches, children = {}, {}
        for leaf in leaves:  # those that said the same and were told the same stand at one point
            said, *told = [message["content"] for message in leaf.messages()[2 * depth + 1:2 * depth + 3]]
            branches.setdefault((said, *told), []).append(leaf)
        for (said, *_), below in branches.items():
            drawn = len({leaf.path[:depth + 1] for leaf in below})
            children[said] = children.get(said, []) + [worth(below, depth + 1)] * drawn
        scores = {said: sum(values) / len(values) for said, values in children.items()}
        for one, other in combinations(sorted(scores, key=scores.get, reverse=True), 2):
            if scores[one] > scores[other]:
                found.append({"messages": leaves[0].messages()[:2 * depth + 1], "chosen": one, "rejected": other,
                              "scores": [scores[one], scores[other]]})
        values = sum(children.values(), [])
        return sum(values) / len(values)

    worth(leaves, 0)
    return found[::-1]


def fault(chat: Chat, row: dict, guidance_tokens: int, max_tokens: int) -> str | None:
    """Why a guided conversation is not fit to be learned from; None where it is."""
    if row["reward"] != 1:
        return "wrong"
    turns = [message["content"] for message in row["messages"][1::2]]
    if any(not turn or read_guidance(turn)[0] == "terminate" for turn in turns):
        return "right by saying nothing or giving up"
    return too_long(chat, row["messages"], GUIDANCE_TOKENS=guidance_tokens, STEER_TOKENS=max_tokens)


def choose_pairs(chat: Chat, trees: list[dict], most: int, guidance_tokens: int,
                 max_tokens: int) -> tuple[list[dict], Counter]:
    """Of each tree's pairs `most` at most, those that differ most, as rows of data/steer_pairs.jsonl; and why how many
    others are left out. A guidance that was cut off is one token too long."""
    kept, left_out, caps = [], Counter(), {"GUIDANCE_TOKENS": guidance_tokens, "STEER_TOKENS": max_tokens}
    for tree in trees:
        fit = []
        for pair in tree["pairs"]:
            both = [[*pair["messages"], {"role": "assistant", "content": pair[side]}]
                    for side in ("chosen", "rejected")]
            found = next(filter(None, (too_long(chat, each, **caps) for each in both)), None)
            gives_up = read_guidance(pair["chosen"])[0] == "terminate" and pair["scores"][0] > 0
            found = "in which saying nothing or giving up is best" if gives_up or not pair["chosen"] else found
            left_out[found] += bool(found)
            fit += [] if found else [{"id": tree["id"], "task": tree["task"]} | pair]
        fit.sort(key=lambda pair: pair["scores"][1] - pair["scores"][0])
        kept += fit[:most]
        left_out["more than PAIRS"] += len(fit[most:])
    return kept, +left_out
