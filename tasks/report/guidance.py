"""Guided conversations (tasks/steering.py): how answers.jsonl has them, and what is counted of them."""
import tasks
from tasks.episode import Chat, Episode
from tasks.report.behaviour import mean
from tasks.steering import SIMPLE, Steered, cut

SHOWN = 2000  # characters of what a program printed

RULES = ("Of the method steer. A round is a response of the worker; code in a round is the share of those that came so "
         "far. A test says what the self-answer checker's program printed; it agrees when it says Correct of a right "
         "answer, or anything else of a wrong one. The symbolic checker gives simple programs "
         f"a score of at most {SIMPLE}. Above, tokens are those of the guidance, and programs are the worker's.")


def as_episode(chat: Chat, steered: Steered) -> Episode:
    """A turn for each guidance, with what came of it: the worker's response as its text, and the reports."""
    turns = []
    for each in steered.rounds:
        tokens = len(chat.encode_turn(each["text"])) if each["text"] else 0  # as our tokenizer counts them
        turn = {"guidance": each["text"], "kind": each["kind"], "tokens": tokens}
        if "response" in each:
            turn |= {"text": each["response"], "right": tasks.verify(steered.question, each["answer"])}
            turn |= {"status": each["status"], "output": cut(each["output"], SHOWN)} if each["code"] else {}
            turn |= {name: each[name] for name in ("score", "report") if name in each}
            turn |= {"verdict": cut(each["verdict"], SHOWN)} if "verdict" in each else {}
        turns.append(turn)
    return Episode(turns=turns, answer=steered.answer, done=True, failed=steered.failed)


def habits(columns: dict[str, list[dict]]) -> dict[str, dict[str, float | None]]:
    """By column and line of the table, as `tasks.report.behaviour` has them, of rows of the method steer."""
    rounds = {name: [[turn for turn in row["turns"] if "text" in turn] for row in rows]
              for name, rows in columns.items()}
    most = max((len(turns) for each in rounds.values() for turns in each), default=0)
    return {name: _habits(rows, rounds[name], most) for name, rows in columns.items()}


def _habits(rows: list[dict], rounds: list[list[dict]], most: int) -> dict[str, float | None]:
    all_turns = [turn for turns in rounds for turn in turns]
    ends = [row["turns"][-1]["kind"] for row in rows]
    tested = [(turn["verdict"].startswith("Correct"), turn["right"]) for turn in all_turns if turn.get("verdict")]
    return {"rounds per question": mean(map(len, rounds)),
            "right after the first round": mean(bool(turns) and turns[0]["right"] for turns in rounds)} | {
            f"code in round {place + 1}": mean("status" in turns[place] for turns in rounds if len(turns) > place)
            for place in range(most)} | {
            "ended by return": mean(end == "return" for end in ends),
            "ended by terminate": mean(end == "terminate" for end in ends),
            "tests that say Correct": mean(says for says, _ in tested),
            "tests that agree with the verifier": mean(says == right for says, right in tested),
            "simple programs": mean(turn["score"] <= SIMPLE for turn in all_turns if "score" in turn)}
