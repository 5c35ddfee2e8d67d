"""Every task of the registry under the same tests; only the tables of spellings and attacks speak of single tasks."""
import contextlib
import io
import json
import random
import signal
import subprocess
import sys

import pytest
from by_hand import ACCEPTED, REFUSED
from conftest import LIBRARY, ROOT, size
from hypothesis import given, settings
from hypothesis import strategies as st

import tasks
from tasks import answers, sandbox

DIFFICULTIES = size((0.0, 1.0), (0.0, 0.25, 0.5, 0.75, 1.0))
every_task = pytest.mark.parametrize("name", tasks.names())
our_own = pytest.mark.parametrize("name", sorted({*tasks.names()} - {*LIBRARY}))
from_the_library = pytest.mark.parametrize("name", LIBRARY)


def some(name: str, count: int, difficulty: float = 0.2) -> list[tasks.Question]:
    return [tasks.make(name, seed, difficulty, "train") for seed in range(count)]


DIGESTS = """
import hashlib, json, tasks
names = tasks.names()[::{step}]
print(json.dumps({{name: hashlib.sha256(json.dumps([[q.question, q.answer, q.data] for q in (
    tasks.make(name, seed, difficulty, "train") for seed in range({count}) for difficulty in {difficulties})]).encode()
).hexdigest() for name in names}}))"""


@pytest.fixture(scope="module")
def digests() -> list[dict[str, str]]:
    """Of some questions of every task, by two processes with other hash seeds and opposite orders of tasks."""
    count = size(1, 5)
    return [json.loads(subprocess.run(
        [sys.executable, "-c", DIGESTS.format(step=step, count=count, difficulties=DIFFICULTIES[:4])], cwd=ROOT,
        capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
    ).stdout.splitlines()[-1])
        for seed, step in (("1", 1), ("2", -1))]


@every_task
def test_same_seed_same_question_in_every_process_and_any_order(name, digests):
    assert digests[0][name] == digests[1][name]


def different(name: str, difficulty: float, wanted: int, tries: int) -> int:
    """How many different questions so many seeds give, counted up to those wanted."""
    texts = set()
    for seed in range(tries):
        texts.add(tasks.make(name, seed, difficulty, "train").question)
        if len(texts) == wanted:
            break
    return len(texts)


@our_own
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_there_are_a_thousand_different_questions(name, difficulty):
    wanted = size(100, 1000)
    assert different(name, difficulty, wanted, 3 * wanted) == wanted


@from_the_library
@pytest.mark.parametrize("difficulty", size((0.0,), (0.0, 1.0)))
def test_there_are_as_many_different_questions_as_stage_1_draws(name, difficulty):
    wanted, tries = size((25, 40), (250, 400))
    assert different(name, difficulty, wanted, tries) == wanted


@our_own
def test_questions_grow_with_difficulty(name):
    lengths = [sum(len(question.question) for question in some(name, 60, difficulty)) for difficulty in (0, 0.5, 1)]
    assert lengths[0] < lengths[2] and lengths[0] <= lengths[1] <= lengths[2]


@every_task
def test_answers_are_not_to_be_had_by_always_saying_the_same(name):
    given_answers = [question.answer for question in some(name, size(60, 300))]
    assert max(map(given_answers.count, given_answers)) / len(given_answers) < size(0.75, 0.6)  # few vary more


@every_task
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_reference_program_prints_an_accepted_answer(name, difficulty):
    for question in some(name, size(1, 10), difficulty):
        program = tasks.REGISTRY[name].program(question)
        if program is None:  # a task that is naturally text
            assert tasks.REGISTRY[name].worked(question).endswith(".")
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):  # our own program, so no sandbox is needed
            exec(program, {})
        assert tasks.verify(question, printed.getvalue()), (question, printed.getvalue())


@every_task
def test_reference_program_runs_in_the_sandbox_in_time(name):
    questions = [question for question in some(name, size(1, 3), 1.0) if tasks.REGISTRY[name].program(question)]
    results = sandbox.run_many([tasks.REGISTRY[name].program(question) for question in questions], timeout=5)
    assert all(tasks.verify(question, result.stdout) for question, result in zip(questions, results)), results


@every_task
def test_data_survives_the_file(name):
    for question in some(name, size(2, 20), 0.5):
        again = tasks.Question(**json.loads(json.dumps(question.__dict__)))
        assert tasks.verify(again, question.answer) and not tasks.verify(again, question.answer + " 1")


@every_task
def test_sensible_spellings_of_the_answer_are_accepted(name):
    for question in some(name, size(2, 20)):
        answer = question.answer
        for spelling in (answer, f"  {answer}\n", f"{answer}.", f'"{answer}"', f"\\boxed{{{answer}}}",
                         f"\\boxed{{\\text{{{answer}}}}}", f"```\n{answer}\n```", f"The answer is {answer}",
                         f"Final answer: {answer}.", f"**Answer:** {answer}", f"= {answer}",
                         f"Therefore, the correct answer is:\n\n```text\n{answer}\n```"):
            assert tasks.verify(question, spelling), (answer, spelling)


@every_task
def test_a_lead_does_not_make_one_answer_of_two_and_no_right_one_of_a_wrong_one(name):
    for question, other in zip(some(name, size(2, 20)), some(name, size(3, 21))[1:]):
        right, wrong = question.answer, other.answer
        for text in (f"The answer is not {right}", f"The answer is {right} or {right}",
                     f"The answer is {right}? No, {wrong}", f"The answer is {right}. The answer is {wrong}",
                     f"{right} The answer is {right}", f"= {right} = {wrong} =", "The answer is", "Answer:", "=",
                     f"The answer is: {question.question}"):
            assert not tasks.verify(question, text), (right, text)
        if not tasks.verify(question, wrong):
            for lead in ("The answer is", "Final answer:", "**Answer:**", "="):
                assert not tasks.verify(question, f"{lead} {wrong}"), (right, lead, wrong)


@every_task
def test_empty_texts_the_question_and_other_answers_are_refused(name):
    questions = some(name, size(20, 60), 0.0)
    for question in questions:
        assert not any(tasks.verify(question, text) for text in ("", " ", "\n", question.question, "None", "?"))
    pairs = [(a, b) for a in questions for b in questions if a.question != b.question]
    share = sum(tasks.verify(a, b.answer) for a, b in pairs) / len(pairs)
    assert share <= tasks.REGISTRY[name].coincidence + size(0.1, 0)  # few vary more


# Many are just short enough to reach the readers: a verifier that backtracks over one of these would hang.
LONG = tasks.MAX_ANSWER_CHARS - 100
HOSTILE = ["9" * 1_000_000, "9" * 5000, "9**9**9", "1e999999999", "nan", "inf", "²", "٣", "(" * 100_000, "[" * 15_000,
           "(" * 9_000 + "1" + ")" * 9_000, "\x00", "\ud800", "1/0", "24 # 7", "__import__('os').system('true')",
           "[[[[[[1]]]]]]", "1,2,3," * 3000, "True False", "Yes No", "yes\nno", "-" * 10_000, "+1 -1", "{}", "<<<",
           "''", '"' * LONG, "$" * LONG, "count" + " " * LONG, "count 1 positions" + " " * LONG + "x", "1" * LONG,
           "1 " * (LONG // 2),
           "[" + " " * LONG, "[ " * (LONG // 2), "sqrt" * (LONG // 4), "\\sqrt{" * (LONG // 6),
           "\\frac{1}" * (LONG // 8),
           "a:" * (LONG // 2), '{"a":' * (LONG // 5), "Step 1:" * (LONG // 7), "Step 1: [" + "(1,[0])," * (LONG // 9),
           "move a from 1 to 2\n" * (LONG // 20), "(0,0)," * (LONG // 6), "1.5" + "0" * 50, "-" * LONG + "1",
           ";" * LONG,
           "0.5," * (LONG // 4), "\\boxed{" * (LONG // 7) + "}", "Move" + " " * LONG + "A", "1_000" * (LONG // 5),
           "1" + ",000" * (LONG // 4), "The answer is" + " " * LONG, "**answer" + "\n" * LONG, "= " * (LONG // 2),
           "\\frac{" * (LONG // 6), "\\frac{" + " " * LONG, "\\frac 1" * (LONG // 7), "\\begin{" * (LONG // 7),
           "\\text{" * (LONG // 6) + "}" * 9, "\\" * LONG, "\\" + "a" * LONG, "{,}" * (LONG // 3),
           "np.int64(" * (LONG // 9), "1 x " * (LONG // 4), "1/" * (LONG // 2), "a b;" * (LONG // 4), "²" * LONG,
           "(x)/1" * (LONG // 5), "and " * (LONG // 4), '"a b",' * (LONG // 6), "1. fill A\n" * (LONG // 10)]


@pytest.fixture
def no_hang():
    """A test that is not over in half a minute ends in an error, and not never."""
    def ring(*_):
        raise TimeoutError("this hangs")
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@every_task
def test_hostile_strings_are_wrong_and_nothing_else_happens(name, no_hang):
    question, = some(name, 1)
    for text in HOSTILE:
        assert tasks.verify(question, text) is False, text[:100]


@every_task
@settings(max_examples=size(10, 60), deadline=None)
@given(text=st.text() | st.text("0123456789+-*/()[], .=AB<>{}truefalsyno\n\"'", max_size=60))
def test_verify_answers_true_or_false_for_any_text(name, text):
    assert tasks.verify(some(name, 1)[0], text) in (True, False)


@pytest.mark.parametrize("question, spelling", [(q, s) for q, spellings in ACCEPTED for s in spellings])
def test_spellings_by_hand(question, spelling):
    assert tasks.verify(question, spelling)


@pytest.mark.parametrize("question, attack", [(q, text) for q, attacks in REFUSED for text in attacks])
def test_wrong_answers_by_hand(question, attack):
    assert tasks.verify(question, attack) is False


def test_every_task_is_tried_by_hand():
    for table in (ACCEPTED, REFUSED):
        tried = [question.task for question, texts in table for _ in texts]
        assert {name for name in tried if tried.count(name) >= 5} == set(tasks.names())


def test_a_plan_of_a_thousand_moves_is_read():
    def moves(disks: int, start: int, target: int) -> list[str]:
        if disks == 0:
            return []
        aside = 6 - start - target
        return [*moves(disks - 1, start, aside), f"Move disk {disks} from Peg {start} to Peg {target}",
                *moves(disks - 1, aside, target)]
    plan = moves(10, 1, 3)
    question = tasks.Question("x", "reasoning_gym/tower_of_hanoi", "train", 0, 1.0, "", "\n".join(plan), {
        "num_disks": 10, "num_pegs": 3, "start_peg": 1, "target_peg": 3})
    numbered = [f"Step {number}: {move}." for number, move in enumerate(plan, 1)]
    assert len(plan) == 1023 and tasks.verify(question, "\n".join(numbered))
    assert not tasks.verify(question, "\n".join(numbered[:-1]))
    assert not tasks.verify(question, " " * 3 * tasks.MAX_ANSWER_CHARS + "\n".join(numbered))


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.integers(0, 99).map(str), lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
    lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"), max_leaves=8))
def test_the_expression_reader_computes_what_python_computes(text):
    read = answers.expression(text)
    try:
        expected = eval(text)
    except ZeroDivisionError:
        return
    if read is not None:
        assert abs(float(read[0]) - expected) <= 1e-6 * max(1, abs(expected))
    else:
        assert "/" in text  # exactly, a divisor may be zero where floats see a rounding error


def test_worked_solutions_lead_to_their_answers():
    rng = random.Random(0)
    for name in tasks.names():
        for question in rng.sample(some(name, size(10, 50)), 10):
            worked = tasks.REGISTRY[name].worked(question)
            if worked and "=" in worked:
                assert worked.rstrip(".").split("=")[-1].strip() == question.answer
