"""How a model went about its answers, and what its wrong ones lack, counted from the rows of answers.jsonl by the rules
below."""
import re
from itertools import combinations

from tasks.episode import MARKERS, find_code, printed

RULES = ("A call failed when its program ended in an error, ran out of time or memory, or printed too much; it was "
         "repaired when a later program of the same conversation ran. The next three are shares of the answers with "
         "code. Code after text: {words} words or more stand beside the first program in its turn. Text after code: "
         "{words} words or more stand beside the answer in the last turn, which holds no program that was run. "
         "Checked: a program that ran printed the answer, and a different one ran after it, before the answer was "
         "given. Seconds are the time that answers took together, divided among them.")
# Why an answer is wrong: the first of these that is true.
CAUSES = {"cut off": lambda row: row["truncated"],
          "no code": lambda row: not row["code_calls"],
          "the last program failed": lambda row: _last_status(row) != "ok",
          "a program printed the right answer": lambda row: row["shown"],
          "the programs solve another problem": lambda row: True}
ASIDE = re.compile("|".join(f"{re.escape(opening)}.*?{re.escape(closing)}" for opening, closing in
                            [("```python\n", "```"), *MARKERS.values()]), re.DOTALL)  # what is no text: code and answer


def behaviour(rows: list[dict], words: int) -> dict[str, float | None]:
    """By line of the table, a mean over answers, or a share; None where there is nothing to take a share of.

    words: as many beside code and answer count as text
    """
    coded = [row for row in rows if row["code_calls"]]
    calls = [[turn for turn in row["turns"] if "status" in turn] for row in coded]
    repaired = [any(later["status"] == "ok" for later in turns[place:]) for turns in calls
                for place, turn in enumerate(turns) if turn["status"] != "ok"]
    last = [[turn for turn in row["turns"] if "text" in turn][-1] for row in coded]  # guidance may end it without one
    return {"answered with code": mean(row["code_calls"] > 0 for row in rows),
            "code calls per question": mean(row["code_calls"] for row in rows),
            "code calls that failed": mean(turn["status"] != "ok" for turns in calls for turn in turns),
            "failed calls that were repaired": mean(repaired),
            "code after text": mean(_count(turns[0]["text"]) >= words for turns in calls),
            "text after code": mean("status" not in turn and _count(turn["text"]) >= words for turn in last),
            "checked by a second program": mean(map(is_checked, coded)),
            "truncated": mean(row["truncated"] for row in rows),
            "sampled tokens per question": mean(row["tokens"] for row in rows),
            "seconds per question": mean(row["seconds"] for row in rows)}


def causes(rows: list[dict]) -> dict[str, float | None]:
    """By cause, its share of the wrong answers; None where none is wrong."""
    found = [next(cause for cause, is_it in CAUSES.items() if is_it(row)) for row in rows if not row["right"]]
    return {cause: mean(each == cause for each in found) for cause in CAUSES}


def _last_status(row: dict) -> str:
    return [turn["status"] for turn in row["turns"] if "status" in turn][-1]


def mean(values) -> float | None:
    values = list(values)
    return sum(values) / len(values) if values else None


def _count(text: str) -> int:
    """Words of a turn beside its code and its answer."""
    return len(ASIDE.sub(" ", text).split())


def is_checked(row: dict) -> bool:
    """Whether one of its programs printed the answer and another one ran after it."""
    ran = [(find_code(turn["text"]), printed(turn["output"])) for turn in row["turns"] if turn.get("status") == "ok"]
    answer = re.compile(rf"(?<!\w){re.escape(row['answer'])}(?!\w)")
    return bool(row["answer"]) and any(answer.search(output) and code != later
                                       for (code, output), (later, _) in combinations(ran, 2))
