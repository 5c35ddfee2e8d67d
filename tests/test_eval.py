"""Stage 5: methods, what answers depend on, statistics, and the report."""
import itertools
import json
import math
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, SUM, run_script, script, size
from server import Server
from test_episode import Script, play
from test_stages import kill_after, rows

import tasks
from tasks import Question
from tasks.engine.files import write_jsonl, write_text
from tasks.episode import FENCE, PROMPTS, Chat, Episode, run_episodes
from tasks.report import guidance, statistics, tables, write_report
from tasks.report.behaviour import behaviour, causes, is_checked

# ------------------------------------------------------------------------------------------------------- methods


def test_in_words_no_code_is_run_and_a_block_ends_nothing(chat):
    words = Chat(chat.tokenizer, method="text")
    episode, sampler = play(words, ("It is <<<3>>>\n```python\nprint(3)\n" + FENCE, "fence"),
                            ("no, <<<4>>>", "stop"))
    assert (episode.answer, episode.code_calls, episode.truncated, len(sampler.prompts)) == ("4", 0, False, 2)
    assert sampler.prompts[1] == episode.ids[:len(sampler.prompts[1])]  # the same turn goes on
    assert episode.ids.count(chat.end_of_turn) == chat.begin("").ids.count(chat.end_of_turn) + 1
    assert [turn["tokens"] for turn in episode.turns] == [sum(episode.mask)]
    episode, _ = play(words, ("It is <<<3>>>\n```python\nprint(3)\n" + FENCE, "fence"), ("so be it", "stop"))
    assert episode.answer == "3"  # of the whole turn


def test_words_that_never_end_are_truncated(chat):
    words = Chat(chat.tokenizer, method="text")
    block = ("<<<4>>>\n```python\nprint(1)\n" + FENCE, "fence")
    room = len(words.begin(words.prompt("What is 2 + 2?")).ids) + 40
    episode, _ = play(words, *[block] * 9, max_tokens=room)
    assert episode.truncated and episode.answer == "" and len(episode.ids) >= room


@pytest.mark.parametrize("code, answer", [
    ("print(2 + 2)", "4"), ("print('The answer is')\nprint(4)", "The answer is\n4"), ("print('<<<4>>>')", "<<<4>>>"),
    ("print(4)\nprint(1 / 0)", ""), ("x = 4", ""), ("while True: pass", "")])
def test_what_one_program_prints_is_the_answer_unless_it_fails(code, answer, chat):
    episode, sampler = play(Chat(chat.tokenizer, method="code", max_calls=5),
                            (f"I think <<<9>>>\n```python\n{code}\n{FENCE}", "fence"), ("<<<7>>>", "stop"), timeout=1.0)
    assert (episode.answer, episode.code_calls, episode.done, episode.truncated) == (answer, 1, True, False)
    assert len(sampler.prompts) == 1 and "No code calls" not in episode.turns[0]["output"]


def test_without_a_program_there_is_no_answer_by_code(chat):
    episode, _ = play(Chat(chat.tokenizer, method="code"), ("<<<4>>>", "stop"))
    assert episode.done and episode.answer == ""


def test_each_method_asks_for_what_it_takes(chat):
    prompts = {method: Chat(chat.tokenizer, "tag", method=method).prompt("{1, 2}?") for method in PROMPTS}
    assert all(prompt.endswith("\n\n{1, 2}?") for prompt in prompts.values()) and len(set(prompts.values())) == 3
    assert ["<answer>answer</answer>" in prompts[method] for method in ("interpreter", "text", "code")] == [1, 1, 0]
    assert Chat(chat.tokenizer, "tag").prompt("{1, 2}?") == prompts["interpreter"]


def test_methods_of_many_conversations_at_once(chat):
    """One after another, in the order in which they are asked for: that of a sampler with a place for each."""
    block = ("```python\nprint(5)\n" + FENCE, "fence")
    words = Chat(chat.tokenizer, method="text")
    for overlap in (False, True):
        sampler = Script(words, [block, ("<<<1>>>", "stop"), block, ("<<<2>>>", "stop")])
        episodes = run_episodes(words, [words.prompt("q")] * 2, sampler, 2000, 500, seed=0, overlap=overlap)
        assert sorted(episode.answer for episode in episodes) == ["1", "2"]


# ----------------------------------------------------------------------------------------------------- statistics

@pytest.fixture(scope="module")
def stage():
    return script("05")


DRAWS = 2000


def places(*sizes: int) -> dict[str, list[int]]:
    ends = list(itertools.accumulate(sizes, initial=0))
    return {f"task {place}": list(range(*ends[place:place + 2])) for place in range(len(sizes))}


def test_wilson_intervals():
    assert statistics.wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)  # his published formula at n = 10
    assert statistics.wilson(0, 10)[0] == 0 and statistics.wilson(10, 10)[1] == pytest.approx(1)


def test_tasks_weigh_alike_whatever_their_number_of_questions():
    values, where = np.array([1.0] * 2 + [0.0] * 198), places(2, 198)
    assert statistics.average(statistics.bootstrap(values, where, DRAWS), list(where), 200)[0] == 0.5
    assert statistics.average(statistics.bootstrap(values, where, DRAWS), ["task 0"], 2)[0] == 1


def test_the_interval_of_one_task_is_the_binomial_distributions():
    """P(X <= 0) = 0.6^10 = 0.006 < 0.025 < P(X <= 1) = 0.046, and P(X <= 6) = 0.945 < 0.975 < P(X <= 7) = 0.988: from
    0.1 to 0.7, of which the distance from 0.4 is stretched by sqrt(10 / 9)."""
    values = np.array([1.0] * 4 + [0.0] * 6)
    means = statistics.bootstrap(values, places(10), DRAWS)
    wide = 0.3 * math.sqrt(10 / 9)
    assert statistics.average(means, ["task 0"], 10, is_share=False) == pytest.approx((0.4, 0.4 - wide, 0.4 + wide))


def test_a_share_has_wilsons_interval_where_the_bootstrap_has_nothing_to_vary():
    means = statistics.bootstrap(np.array([1.0] * 10 + [0.0] * 10), places(10, 10), DRAWS)
    assert statistics.average(means, ["task 0", "task 1"], 20) == pytest.approx((0.5, *statistics.wilson(10, 20)))
    assert statistics.average(means, ["task 1"], 10) == pytest.approx((0, 0, 0.2775), abs=1e-4)
    half = statistics.bootstrap(np.array([1.0] * 5 + [0.0] * 5), places(10), DRAWS)
    assert statistics.average(half, ["task 0"], 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)


@pytest.mark.parametrize("gain", [-1.0, 0.0, 1.0])
def test_a_difference_is_never_sure_though_all_questions_came_out_alike(gain):
    means = statistics.bootstrap(np.array([gain] * 20), places(10, 10), DRAWS)
    width = statistics.wilson(0, 20)[1]
    assert statistics.average(means, ["task 0", "task 1"], 20, is_share=False) == pytest.approx(
        (gain, max(-1, gain - width), min(1, gain + width)))
    assert width > 0.15


@pytest.mark.parametrize("count", [2, 3])
def test_intervals_over_few_questions_a_task_hold_the_truth_nearly_as_often_as_they_say(count):
    random, held = np.random.default_rng(3), []
    for _ in range(300):
        truth = random.random(37)
        values, where = (random.random((37, count)) < truth[:, None]).astype(float).ravel(), places(*[count] * 37)
        _, low, high = statistics.average(statistics.bootstrap(values, where, 500), list(where), 37 * count)
        held.append(low <= truth.mean() <= high)
    assert np.mean(held) > 0.88


def test_bootstrap_intervals_hold_the_truth_as_often_as_they_say():
    """Tasks from easy to hopeless: an interval that drew over all questions alike would be twice as wide."""
    truth, count, random = np.array([0.05, 0.3, 0.5, 0.9, 0.95]), 40, np.random.default_rng(1)
    held, widths = [], []
    for _ in range(400):
        values = (random.random((len(truth), count)) < truth[:, None]).astype(float).ravel()
        where = places(*[count] * len(truth))
        _, low, high = statistics.average(statistics.bootstrap(values, where, DRAWS), list(where), len(values))
        held.append(low <= truth.mean() <= high)
        widths.append(high - low)
    exact = 2 * 1.96 * math.sqrt((truth * (1 - truth)).sum() / count) / len(truth)
    assert 0.915 < np.mean(held) < 0.975 and np.mean(widths) == pytest.approx(exact, rel=0.06)


def test_the_bootstrap_draws_samples_of_a_question_together():
    """Four samples that always agree say no more than one."""
    one = (np.random.default_rng(2).random(60) < 0.4).astype(float)
    alone, four = (statistics.average(statistics.bootstrap(values, places(60), DRAWS), ["task 0"], 60)
                   for values in (one, np.repeat(one[:, None], 4, axis=1).mean(1)))
    assert alone == four


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_pass_at_k_is_the_share_of_choices_that_hold_a_right_one(samples):
    every = np.array(list(itertools.product((0.0, 1.0), repeat=samples)))
    for k in range(1, samples + 1):
        brute = [np.mean([any(choice) for choice in itertools.combinations(row, k)]) for row in every]
        assert statistics.pass_at(k, every) == pytest.approx(brute)


def turn(code: str | None, status: str = "ok", output: str = "", words: str = "", **more) -> dict:
    if code is None:
        return {"text": words, "tokens": 1, "finish": "stop"} | more
    return {"text": f"{words}\n```python\n{code}\n{FENCE}", "tokens": 1, "finish": "stop", "status": status,
            "seconds": 0.1, "output": f"Code Execution Results:\n{output}"} | more


def answered(*turns: dict, answer: str = "", **more) -> dict:
    ran = [turn for turn in turns if "status" in turn]
    return {"answer": answer, "turns": list(turns), "code_calls": len(ran), "truncated": False, "shown": False,
            "tokens": 10, "seconds": 1.0, "tool_errors": sum(turn["status"] != "ok" for turn in ran)} | more


def test_behaviour_by_hand():
    rows = [answered(turn(None, words="<<<4>>>"), answer="4", tokens=30, seconds=4.0),
            answered(turn("print(x)", "error"), turn("print(y)", "timeout"), turn("print(4)", output="4"),
                     turn(None, words="So <<<4>>>"), answer="4"),
            answered(turn("print(4)", output="4", words="I count them one by one."),
                     turn("print(z)", "error"),
                     turn(None, words="What is left of them is <<<4>>>"), answer="4", truncated=True),
            answered(turn("print(1)", words="Four words are few."), turn(None, words="<<<a b c d e f>>> ends it"))]
    assert behaviour(rows, 5) == {
        "answered with code": 0.75, "code calls per question": 6 / 4, "code calls that failed": 3 / 6,
        "failed calls that were repaired": 2 / 3, "code after text": 1 / 3, "text after code": 1 / 3,
        "checked by a second program": 0, "truncated": 1 / 4, "sampled tokens per question": 15,
        "seconds per question": 7 / 4}
    assert behaviour(rows[:1], 5)["code calls that failed"] is None


def test_wrong_answers_are_counted_by_the_first_cause_that_is_true():
    ran, failed, words = turn("print(4)", output="4"), turn("print(z)", "error"), turn(None, words="<<<5>>>")
    rows = [answered(words, right=True),
            answered(ran, ran, right=False, truncated=True, shown=True),
            answered(words, right=False),
            answered(ran, failed, words, right=False, shown=True), answered(failed, words, right=False),
            answered(failed, ran, words, right=False, shown=True),
            *[answered(ran, words, right=False)] * 2, answered(failed, ran, words, right=False)]
    assert causes(rows) == {"cut off": 1 / 8, "no code": 1 / 8, "the last program failed": 2 / 8,
                            "a program printed the right answer": 1 / 8, "the programs solve another problem": 3 / 8}
    assert set(causes(rows[:1]).values()) == {None}
    columns = {"a": [row | {"split": "test"} for row in rows], "b": [row | {"split": "test"} for row in rows[:3]]}
    lines = tables.wrong_answers(columns, causes)["rows"]
    assert lines[0] == ["**unseen tasks**", "8 wrong", "2 wrong"] and lines[1] == ["cut off", "12%", "50%"]


def test_whether_a_program_printed_the_right_answer_is_the_verifiers_word(stage):
    question = tasks.make("bbh/navigate", 0, 0.0, "heldout")
    right, wrong = question.answer, {"Yes": "No", "No": "Yes"}[question.answer]

    def shown(*turns):
        column = stage.Column("grpo", "grpo", "interpreter", None, None, None)
        episode = Episode(turns=list(turns), answer=wrong)
        return tasks.report.answers.as_row(column, "f", question, 0, episode, 1.0)["shown"]

    last = turn(None, words=f"<<<{right}>>>")
    assert shown(turn("a", output=right), last) and shown(turn("a", output=right), turn("b", output=wrong), last)
    assert shown(turn("a", output=f"{right}\n[No code calls left: give the final answer now.]"), last)
    assert not shown(turn("a", output=wrong), last) and not shown(turn("a", "error", output=right), last)
    assert not shown(last)


@pytest.mark.parametrize("turns, checked", [
    ([turn("print(2 + 2)", output="4"), turn("print(4 == 2 + 2)", output="True")], True),
    ([turn("print(1)", output="4 and 5"), turn("a", "error"), turn("print(2)", output="")], True),
    ([turn("print(2 + 2)", output="4")], False),                                     # no second program
    ([turn("print(2 + 2)", output="4"), turn("print(2 + 2)", output="4")], False),    # the same again
    ([turn("print(2 + 2)", output="4"), turn("print(4", "error")], False),            # it did not run
    ([turn("print(2 + 2)", output="14"), turn("print(4 == 2 + 2)", output="4")], False),  # another number
    ([turn("print(2)", output="x\n[No code calls left: give the final answer now.]"), turn("b")], False)])
def test_an_answer_counts_as_checked_by_the_rule_that_the_report_states(turns, checked):
    assert is_checked(answered(*turns, turn(None, words="<<<4>>>"), answer="4")) == checked
    assert not is_checked(answered(*turns, turn(None), answer=""))
    assert not is_checked(answered(*turns, turn(None), answer="No"))


# ---------------------------------------------------------------------------------------------------------- lines

def row(number: int, sample: int = 0, **more) -> dict:
    return {"id": f"bbh/navigate/{number}", "task": "bbh/navigate", "split": "heldout", "sample": sample,
            "question": f"q{number}", "column": "grpo", "model": "grpo", "method": "interpreter", "difficulty": 0.0,
            "right": True, "answer": "Yes", "expected": "Yes", "fingerprint": "f", **answered(turn(None))} | more


def test_columns_are_aligned_by_question_and_sample():
    one = [row(number, sample) for sample in range(2) for number in (1, 2, 3, 4)]
    two = [row(number, sample) for number in (4, 3, 1) for sample in (2, 1, 0)] + [row(2, question="other")]
    for each, split in ((one, "heldout"), (two, "test")):  # trained for by one alone
        each += [row(5, sample, split=split) for sample in range(2)]
    aligned, samples, left_out = tables.align({"one": one, "two": two})
    for rows_ in aligned.values():
        assert [(each["question"], each["sample"]) for each in rows_] == [
            (question, sample) for question in ("q1", "q3", "q4") for sample in (0, 1)]
    assert (samples, left_out) == (2, 4)  # two questions go by one id, twice


def test_where_nothing_pairs_it_is_one_line(capsys):
    with pytest.raises(SystemExit) as stopped:
        tables.align({"one": [row(1)], "two": [row(2)], "three": []})
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and error.count("\n") == 1 and "one, two, three" in error


def test_neighbours_in_model_and_in_method_are_compared():
    grid = {f"{model} {method}": (model, method) for model in ("sft", "grpo") for method in ("text", "code")}
    assert tables.choose_pairs("next", grid) == [("sft text", "sft code"), ("sft text", "grpo text"),
                                                 ("sft code", "grpo code"), ("grpo text", "grpo code")]
    seeds = {name: (name, "interpreter") for name in ("s-0", "s-1", "s-2")}
    assert tables.choose_pairs("next", seeds) == [("s-0", "s-1"), ("s-1", "s-2")]
    assert tables.choose_pairs("first", seeds) == [("s-0", "s-1"), ("s-0", "s-2")]
    assert tables.choose_pairs("s-2 - s-0, s-1 - s-2", seeds) == [("s-0", "s-2"), ("s-2", "s-1")]


def test_lines_by_suite_and_skill():
    names = ["bbh/navigate", "bbh/web_of_lies", "symbench/eight_queens", "symbench/2048"]
    splits = ["heldout", "test", "test", "test"]
    lines = tables.average_lines([{"task": name, "split": split} for name, split in zip(names, splits)])
    assert lines["**unseen tasks**"] == sorted(names[1:]) and lines["**all**"] == sorted(names)
    assert lines["unseen tasks: symbench"] == sorted(names[2:]) and lines["unseen tasks: bbh"] == names[1:2]
    assert {line for line in lines if line.startswith("trained")} == set()  # one task has no parts
    assert list(tables.task_lines(lines))[:3] == ["bbh/navigate", "**trained tasks, new questions**", "bbh/web_of_lies"]


def test_tasks_that_moved_are_named_with_the_interval_of_their_difference(tmp_path, monkeypatch, capsys):
    def column(right: dict[str, list[int]]) -> list[dict]:
        return [row(number, id=f"{task}/{number}", task=task, right=bool(value))
                for task, values in right.items() for number, value in enumerate(values)]

    before = {"bbh/navigate": [0] * 10, "bbh/word_sorting": [1] * 10, "bbh/object_counting": [0, 1] * 5}
    after = {"bbh/navigate": [1] * 4 + [0] * 6, "bbh/word_sorting": [0] * 5 + [1] * 5,
             "bbh/object_counting": [1, 0] * 5}
    monkeypatch.chdir(tmp_path)
    write_report("T", [], {"a": column(before), "b": column(after)}, [("a", "b")], {}, "out", draws=2000, moved=3, words=5)
    report = capsys.readouterr().out
    assert "| b - a | bbh/navigate | 0% | 40% | +40.0 (+8.4 to +71.6) |" in report  # the binomial interval, as above
    assert "| b - a | bbh/word_sorting | 100% | 50% | -50.0 (-81.6 to -18.4) |" in report  # P(X <= 1) = 0.011 at 1/2
    assert "b - a | bbh/object_counting" not in report  # half rose, half fell
    mean = "| **all** | 3 | 30 | 50.0% ("
    assert mean in report and "| b - a | -3.3 (" in report
    for name in ("report.md", "report.html", "accuracy.png", "behaviour.png"):
        assert Path("out", name).stat().st_size > 1000
    write_report("T", [], {"a": column(before), "b": column(after)}, [("a", "b")], {}, "none", draws=99, moved=0, words=5)
    assert "moved most" in Path("out/report.md").read_text() and "moved most" not in Path("none/report.md").read_text()
    assert "72.4 %" in Path("out/report.md").read_text()


# ----------------------------------------------------------------------------------------------------- evaluations

SIZES = ["SAMPLER=transformers", "SAMPLER_BATCH=4", "OVERLAP=False", "DRAWS=200", "SAMPLES=2", "MAX_TOKENS=480",
         "TURN_TOKENS=32", "MAX_CALLS=2", "OUTPUT_TOKENS=64"]


@pytest.fixture(scope="module")
def project(coder, tmp_path_factory) -> Path:
    """A folder with questions of two tasks, all of them SUM, and with two adapters of the model that knows it."""
    from tasks.engine.model import open_model, trained_parameters
    folder = tmp_path_factory.mktemp("eval")
    for split, task in (("heldout", "bbh/multistep_arithmetic_two"), ("test", "reasoning_gym/letter_counting")):
        write_jsonl(folder / f"data/tasks/{split}.jsonl", [
            asdict(Question(f"{task}/{seed}", task, split, seed, seed / 5, SUM, "45"[seed % 2])) for seed in range(5)])
    import torch
    torch.manual_seed(0)
    model = open_model(coder, rank=8)
    for run in ("sft", "grpo"):
        model.save_pretrained(folder / f"runs/{run}/adapter")
        write_text(folder / f"runs/{run}/constants.json", json.dumps({"MODEL": coder, "FOUR_BIT": True}))
        with torch.no_grad():
            for weight in trained_parameters(model).values():
                weight += 0.01 * torch.randn_like(weight)
    write_jsonl(folder / "runs/sft/metrics.jsonl", [{"step": 1, "loss": 2.0}])
    return folder


@pytest.fixture
def evaluate(project, tmp_path, monkeypatch, capsys):
    """Runs stage 5 in a folder of its own; what it printed, errors behind."""
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int | None = None) -> str:
        monkeypatch.setattr(sys, "argv", ["05_eval.py", *SIZES, *arguments])
        capsys.readouterr()
        try:
            script("05").main()
            stopped = None
        except SystemExit as error:
            stopped = error.code
        out, err = capsys.readouterr()
        assert stopped == code, err
        return out if code is None else out + err.splitlines()[-1]
    return run


def test_the_base_is_the_same_after_an_adapter_and_so_is_the_adapter(project, coder, chat, tmp_path):
    """bitsandbytes packs the weights of a model that leaves its training mode, and then computes otherwise."""
    import torch

    from tasks.engine.model import open_model
    from tasks.engine.sampler import TransformersSampler
    open_model(coder, rank=4).save_pretrained(tmp_path / "runs/small/adapter")
    shutil.copytree(project / "runs", tmp_path / "runs", dirs_exist_ok=True)
    model = open_model(coder, rank=8, recompute=False)
    sampler, ids, seen = TransformersSampler(model, chat, 1.0, 4), torch.tensor([[5, 6, 7, 8]]), []
    for run in (None, "sft", "grpo", None, "grpo", "small"):
        sampler.use(run and f"{tmp_path}/runs/{run}/adapter")
        with torch.no_grad():
            seen.append(model(ids).logits)
    assert torch.equal(seen[0], seen[3]) and torch.equal(seen[2], seen[4]) and not torch.equal(seen[1], seen[2])
    assert set(model.peft_config) == {"default", "used"} and model.peft_config["used"].r == 4  # of many runs one


def answers(folder: Path = Path("runs/eval"), *without: str) -> list[dict]:
    kept = rows(folder / "answers.jsonl", "seconds", *without)
    for turn_ in (turn_ for each in kept for turn_ in each["turns"]):
        turn_.pop("seconds", None)
    return kept


def test_an_evaluation_that_was_killed_and_resumed_equals_the_uninterrupted_one(project, tmp_path):
    arguments = [*SIZES, "MODELS=base,sft", "METHODS=text,interpreter", "SAMPLER_BATCH=3",
                 *size(["PER_TASK=2", "WHAT=heldout"], ["PER_TASK=5"])]
    for run in ("whole", "killed"):
        shutil.copytree(project, tmp_path / run)
    whole = run_script("05", *arguments, cwd=tmp_path / "whole").stdout
    for lines in size([6], [2, 27, 61]):
        kill_after("05", arguments, tmp_path / "killed", tmp_path / "killed/runs/eval/answers.jsonl", lines)
    with open(tmp_path / "killed/runs/eval/answers.jsonl", "r+b") as file:
        file.seek(-7, 2)
        file.truncate()  # killed while writing, that is
    resumed = run_script("05", *arguments, cwd=tmp_path / "killed").stdout
    one, two = (answers(tmp_path / run / "runs/eval") for run in ("whole", "killed"))
    assert one == two and len(one) == 2 * 2 * 2 * size(2, 10)
    assert [each["column"] for each in one[::size(4, 20)]] == [
        "base text", "base interpreter", "sft text", "sft interpreter"]
    assert {each["method"] for each in one if each["code_calls"]} == {"interpreter"}  # and it has been used
    first, second = ([each["turns"] for each in one if each["sample"] == sample] for sample in (0, 1))
    assert len(first) == len(second) and first != second and len({json.dumps(each["turns"]) for each in one}) > 4
    reports = [[line for line in text[text.index("# Eval"):].splitlines() if "seconds" not in line]
               for text in (whole, resumed)]
    assert reports[0] == reports[1] and any("pass@2" in line for line in reports[0])


def test_columns_come_and_go_without_losing_answers(evaluate):
    evaluate("MODELS=base")
    first = answers()
    first[0]["answer"] = "kept"
    write_jsonl("runs/eval/answers.jsonl", [each | {"seconds": 1.0} for each in first])
    assert "sampler:" in evaluate("MODELS=sft")                    # another column: the first waits
    assert {each["column"] for each in answers()} == {"sft"} and len(rows(Path("runs/eval/others.jsonl"))) == 20
    assert "sampler:" not in evaluate("MODELS=base,sft")           # both are there
    assert answers()[:20] == first and not Path("runs/eval/others.jsonl").read_text()
    assert "sampler:" in evaluate("MODELS=base", "METHODS=interpreter,text")
    assert [each for each in answers() if each["method"] == "interpreter"] == [
        each | {"column": "base interpreter"} for each in first]   # called otherwise now
    assert "sampler:" not in evaluate("MODELS=base", "SAMPLES=1") and answers() == first[::2]
    for changed in size(["WHAT=test"], ["WHAT=test", "TEMPERATURE=0.5", "MAX_CALLS=1", "MARKER=tag", "SEED=1"]):
        assert "sampler:" in evaluate("MODELS=base", "SAMPLES=1", changed)
        assert "kept" not in {each["answer"] for each in answers()}
    assert "sampler:" not in evaluate("MODELS=base") and answers() == first


def test_a_changed_adapter_is_another_model(evaluate):
    evaluate("MODELS=sft", "SAMPLES=1")
    old = answers()
    shutil.copy("runs/grpo/adapter/adapter_model.safetensors", "runs/sft/adapter")
    assert "sampler:" in evaluate("MODELS=sft", "SAMPLES=1")
    assert {each["fingerprint"] for each in answers()}.isdisjoint(each["fingerprint"] for each in old)


def test_several_runs_and_bare_adapters_stand_in_one_table(evaluate):
    for run in ("grpo-seed0", "grpo-seed1"):
        shutil.copytree("runs/grpo", f"runs/{run}")
    shutil.copytree("runs/grpo/adapter", "downloaded")
    write_text("runs/grpo-seed1/constants.json", json.dumps(
        json.loads(Path("runs/grpo-seed1/constants.json").read_text()) | {"MARKER": "tag"}))
    printed = evaluate("MODELS=runs/grpo-seed0,runs/grpo-seed1,downloaded,base", "SAMPLES=1", "WHAT=heldout")
    assert "| grpo-seed0 | grpo-seed1 | downloaded | base |" in printed and "| grpo-seed1 - grpo-seed0 |" in printed
    columns = {name: [each["answer"] for each in answers() if each["column"] == name]
               for name in ("grpo-seed0", "grpo-seed1", "downloaded", "base")}
    assert columns["grpo-seed0"] == columns["downloaded"] and "4" in columns["grpo-seed0"]
    assert set(columns["grpo-seed1"]) == {""}  # which was asked for another marker than it knows


def test_runs_of_different_bases_are_sent_to_compare(evaluate, project):
    write_text("runs/grpo/constants.json", json.dumps({"MODEL": "another", "FOUR_BIT": True}))
    assert "COMPARE=" in evaluate("MODELS=sft,grpo", code=2)


@pytest.mark.parametrize("arguments, says", [
    (["MODELS=base,grpo31"], "'grpo31'"), (["METHODS=talk"], "text"), (["METHODS=text,text"], "twice"),
    (["MODELS=base,base"], "twice"), (["WHAT=train"], "heldout"), (["TASKS=bbh/navigate"], "letter_counting"),
    (["PAIRS=sft - rl"], "grpo"), (["SAMPLES=0"], "SAMPLES"), (["MODELS=api:x"], "OPENAI_API_KEY"),
    (["MAX_DOLLARS=1"], "PRICE_IN"),
    (["MODELS=base,none"], "METHODS=steer"), (["METHODS=steer", "MODELS=none", "STEER_TOKENS=9"], "STEER_TOKENS=9"),
    (["COMPARE=runs/a,runs/b"], "runs/a/answers.jsonl")])
def test_what_cannot_be_evaluated_is_one_line(arguments, says, evaluate, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert says in evaluate(*arguments, code=2)


def test_only_the_questions_that_are_asked_for(evaluate):
    assert "| **all** | 1 | 3 |" in evaluate("MODELS=base", "WHAT=test", "SAMPLES=1", "PER_TASK=3")
    assert [each["difficulty"] for each in answers()] == [0, 0.2, 0.6]  # evenly over the file
    evaluate("MODELS=base", "TASKS=bbh/multistep_arithmetic_two", "SAMPLES=1")
    assert {each["task"] for each in answers()} == {"bbh/multistep_arithmetic_two"}


# ------------------------------------------------------------------------------------------------------ endpoints

def solver(messages: list[dict]) -> str:
    """Says 5 in words; by a program, 4."""
    if "no code is run" in messages[0]["content"]:
        return "```python\nprint(1)\n```\nthat is <<<5>>>"
    return "So it is <<<4>>>" if "Results" in messages[-1]["content"] else "```python\nprint(2 + 2)\n```"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    with Server(solver) as server:
        yield server


def test_a_model_at_an_endpoint_stands_beside_our_own(evaluate, server):
    there = ["MODELS=sft,api:maker/solver", f"ENDPOINT={server.address}", "METHODS=text,code,interpreter", "SAMPLES=1"]
    printed = evaluate(*there)
    assert "| solver text | solver code | solver interpreter |" in printed
    assert "60.0% (" in printed and "| solver interpreter - sft interpreter |" in printed
    theirs = [each for each in answers() if each["model"] == "api:maker/solver"]
    assert [{each["answer"] for each in theirs if each["method"] == method}
            for method in ("text", "code", "interpreter")] == [{"5"}, {"4"}, {"4"}]
    assert [each["right"] for each in theirs[:5]] == [False, True, False, True, False]  # the keys are 4, 5, 4, ...
    asked, kept = len(server.asked), [each for each in answers() if each not in theirs[3:8]]
    write_jsonl("runs/eval/answers.jsonl", [each | {"seconds": 1.0} for each in kept])  # as a kill leaves it
    assert "sampler:" not in evaluate(*there, "SAMPLER_BATCH=4")
    assert len(server.asked) == asked + 5 and [each for each in answers() if each["model"] != "sft"] == theirs
    evaluate("MODELS=api:maker/solver", *there[1:], "SAMPLER_BATCH=9", "MAX_TOKENS=400")
    assert len(server.asked) == asked + 5 and answers() == theirs  # these say how we sample, not they


def test_a_conversation_that_cannot_be_had_is_left_out_and_asked_for_again(evaluate, server, chat):
    there = ["MODELS=api:solver", f"ENDPOINT={server.address}", "SAMPLES=1", "IN_FLIGHT=1"]
    server.faults[chat.prompt(SUM)] = [None, None, 400]
    printed = evaluate(*there)
    assert "1 of 10 conversations failed" in printed and "answered them: 1." in printed and len(answers()) == 9
    assert "| **all** | 2 | 9 |" in printed
    assert "left out, as" not in evaluate(*there) and len(answers()) == 10


def test_money_is_counted_over_all_runs(evaluate, server):
    there = ["MODELS=api:solver", f"ENDPOINT={server.address}", "SAMPLES=1", "IN_FLIGHT=1", "METHODS=text",
             "PRICE_IN=100", "PRICE_OUT=0"]  # 10 tokens are read each time, for 0.001 dollars
    assert "stopped at MAX_DOLLARS" in evaluate(*there, "MAX_DOLLARS=0.003", code=0)
    assert len(answers()) == 3
    evaluate(*there, "MAX_DOLLARS=0.005", code=0)
    assert len(answers()) == 5
    evaluate(*there, "MAX_DOLLARS=0.012", "IN_FLIGHT=4")  # the four under way are taken to cost what others cost
    assert len(answers()) == 10


def test_an_endpoints_answers_stay_where_others_are_asked_for(evaluate, server):
    there = ["MODELS=api:solver", f"ENDPOINT={server.address}", "SAMPLES=1", "METHODS=text"]
    evaluate(*there, "WHAT=test")
    some = answers()
    evaluate(*there)
    assert 0 < len(some) < len(answers()) == len(server.asked) == 10
    evaluate(*there, "WHAT=test")
    assert answers() == some and len(server.asked) == 10
    evaluate(*there)
    assert len(answers()) == len(server.asked) == 10


# ------------------------------------------------------------------------------------------------------- guidance

STEER = ["METHODS=steer", "SAMPLES=1", "PER_TASK=2", "MAX_ROUNDS=2", "STEER_TOKENS=1200"]
READS = "<b>Look</b>"  # what guidance may say


def guide(messages: list[dict]) -> str:
    """Asks for a program, has errors mended, and returns what ran; as a worker, it guesses; as a tester, it is content.
    """
    first, last = messages[0]["content"], messages[-1]["content"]
    if not first.startswith("You guide"):
        return "```python\nprint('Correct')\n```" if "Is this answer right?" in first else f"{READS} <<<no idea>>>"
    if len(messages) == 1:
        return "<<<code>>>"
    return "<<<return>>>" if "Output (ok)" in last else f"<<<Fix the error. {READS}>>>"


@pytest.fixture
def steered(project, evaluate) -> Path:
    """The folder of `evaluate`, with questions that can be worked on in place of SUM."""
    for split, task in (("heldout", "bbh/multistep_arithmetic_two"), ("test", "bbh/navigate")):
        write_jsonl(f"data/tasks/{split}.jsonl", [asdict(tasks.make(task, seed, 0.0, split)) for seed in range(5)])
    return Path()


def test_a_steerer_stands_beside_the_worker_alone_and_beside_other_methods(steered, evaluate, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    with Server(guide) as server:
        given = [*STEER, "MODELS=none,api:guide", f"ENDPOINT={server.address}", "PER_TASK=5"]
        printed = evaluate(*given)
        asked = len(server.asked)
        assert "sampler:" not in printed and "## Guidance" in printed and "| guide - none |" in printed
        assert evaluate(*given) == printed and len(server.asked) == asked  # all is kept
        kept = answers()
        none, ours = ([each for each in kept if each["column"] == name] for name in ("none", "guide"))
        assert len(none) == len(ours) == 10 and {each["method"] for each in kept} == {"steer"}
        assert [len(each["turns"]) for each in none] == [1] * 10 and none[0]["turns"][0]["guidance"] == ""
        assert [each["turns"][0]["guidance"] for each in ours] == ["<<<code>>>"] * 10
        assert {each["turns"][0]["kind"] for each in ours} == {"code"}
        assert all("status" in each["turns"][0] for each in ours) and all(each["code_calls"] for each in ours)
        assert {each["turns"][-1]["kind"] for each in ours} <= {"return", "advice"}
        told = [turn_ for each in ours for turn_ in each["turns"] if READS in turn_["guidance"]]
        assert told and {turn_["kind"] for turn_ in told} == {"advice"}
        assert all("Test: " in turn_["report"] for each in ours for turn_ in each["turns"][:-1])
        for each in ours:
            last = [turn_ for turn_ in each["turns"] if "text" in turn_][-1]
            assert each["right"] == last["right"] and each["tokens"] == sum(t["tokens"] for t in each["turns"])
        write_jsonl("runs/eval/answers.jsonl", [each | {"seconds": 1.0} for each in kept[:-3]])  # as a kill leaves it
        evaluate(*given)
        again = [each["id"] for each in answers()[-3:]]
        assert again == [each["id"] for each in kept[-3:]] and asked < len(server.asked) <= asked + 3 * 3
        printed = evaluate("METHODS=text,steer", *given[1:])
        assert "| none steer | guide text | guide steer |" in printed and "| guide steer - guide text |" in printed
        assert [each["turns"] for each in answers() if each["column"] == "guide steer"][:7] == [
            each["turns"] for each in ours[:7]]
        assert "| rounds per question | 1.00 |" in printed


def test_what_a_guided_answer_depends_on(stage, chat, monkeypatch):
    def mark(model="base", **changed):
        with monkeypatch.context() as patch:
            for name, value in {"MODEL": "m", **changed}.items():
                patch.setattr(stage, name, value)
            column = stage.Column("name", model, "steer", chat, None, None)
            return stage.fingerprint(column, [])

    alike = [mark(), mark(IN_FLIGHT=3), mark(OUTPUT_TOKENS=9), mark(WORKER_ENDPOINT="http://x")]
    others = [mark(model="none"), mark(WORKER="local"), mark(WORKER="local", LOCAL="larger"), mark(WORKER="gpt"),
              mark(WORKER="another"), mark(WORKER="gpt", WORKER_ENDPOINT="http://x"), mark(MAX_ROUNDS=4), mark(SEED=1),
              mark(SAMPLER_BATCH=7), mark(GUIDANCE_TOKENS=9), mark(WORKER_TOKENS=9), mark(REPORT_CHARS=9),
              mark(STEER_TOKENS=9)]
    assert len({*alike}) == 1 and len({*alike, *others}) == 14
    assert mark(model="none") == mark(model="none", SAMPLER_BATCH=7)  # nothing is sampled
    monkeypatch.setattr("tasks.steering.CODE_GUIDANCE", "Write a program.")
    assert mark() != alike[0]


def test_an_evaluation_of_steerers_that_was_killed_and_resumed_equals_the_uninterrupted_one(project, steered, tmp_path):
    arguments = [*SIZES, *STEER, "MODELS=none,base,sft", "SAMPLER_BATCH=3", "MAX_ROUNDS=1", *size(["WHAT=heldout"], [])]
    for run in ("whole", "killed"):
        for part in ("data", "runs"):
            shutil.copytree(tmp_path / part, tmp_path / run / part)
    whole = run_script("05", *arguments, cwd=tmp_path / "whole").stdout
    kill_after("05", arguments, tmp_path / "killed", tmp_path / "killed/runs/eval/answers.jsonl", size(4, 6))
    with open(tmp_path / "killed/runs/eval/answers.jsonl", "r+b") as file:
        file.seek(-7, 2)
        file.truncate()
    resumed = run_script("05", *arguments, cwd=tmp_path / "killed").stdout
    one, two = (answers(tmp_path / run / "runs/eval") for run in ("whole", "killed"))
    assert one == two and len(one) == 3 * size(2, 4)
    assert len({json.dumps(each["turns"]) for each in one}) > len(one) / 2
    reports = [[line for line in text[text.index("# Eval"):].splitlines() if "seconds" not in line]
               for text in (whole, resumed)]
    assert reports[0] == reports[1]


def test_a_worker_at_an_endpoint_that_fails_is_asked_again(steered, evaluate, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    with Server(guide) as server:
        given = [*STEER, "MODELS=api:guide", "WORKER=solver", f"ENDPOINT={server.address}",
                 f"WORKER_ENDPOINT={server.address}", "PRICE_OUT=100"]
        question = json.loads(Path("data/tasks/test.jsonl").read_text().splitlines()[0])["question"]
        alone = f"{tasks.steering.CODE_GUIDANCE}\n\n{tasks.steering.BARE.format(question=question)}"
        server.faults[alone] = [400]
        printed = evaluate(*given)
        assert "1 of 4 conversations failed" in printed and len(answers()) == 3
        asked = len(server.asked)
        assert "stopped at MAX_DOLLARS" in evaluate(*given, "MAX_DOLLARS=0.002", code=0)  # 3 tokens a reply, for 0.0003
        assert len(server.asked) == asked
        evaluate(*given, "MAX_DOLLARS=1")
        assert len(answers()) == 4 and 0 < len(server.asked) - asked <= 3 * 4
        assert {each["answer"] for each in answers()} == {"no idea"}
        assert {turn_["verdict"] for each in answers() for turn_ in each["turns"][:-1]} == {"Correct"}


def test_guidance_by_hand():
    def guided(*turns: dict) -> dict:
        return {"turns": list(turns)}

    def said(kind, code=None, right=False, **more):
        return {"guidance": f"<<<{kind}>>>", "kind": kind, "tokens": 5, "right": right} | turn(code, words="w") | more

    stop = {"guidance": "<<<return>>>", "kind": "return", "tokens": 5}
    rows = [guided(said("code", "print(1)", score=0.0, verdict="wrong"),
                   said("advice", "for", True, score=2.25, verdict="Correct"), stop),
            guided(said("text", right=True, verdict="Correct, I think"), stop),
            guided(said("text", verdict=""), said("code", "print(2)", True, score=2.0, verdict="no"),
                   said("text"), stop | {"kind": "terminate"}),
            guided(stop)]
    assert guidance.habits({"a": rows, "b": [guided(said("advice"))]}) == {
        "a": {"rounds per question": 6 / 4, "right after the first round": 1 / 4, "code in round 1": 1 / 3,
              "code in round 2": 1, "code in round 3": 0, "ended by return": 3 / 4, "ended by terminate": 1 / 4,
              "tests that say Correct": 2 / 4, "tests that agree with the verifier": 3 / 4, "simple programs": 2 / 3},
        "b": {"rounds per question": 1, "right after the first round": 0, "code in round 1": 0,
              "code in round 2": None, "code in round 3": None, "ended by return": 0, "ended by terminate": 0,
              "tests that say Correct": None, "tests that agree with the verifier": None, "simple programs": None}}


# ------------------------------------------------------------------------------------------------------ comparing

@pytest.fixture
def two(tmp_path, monkeypatch) -> list[list[dict]]:
    """Two finished evaluations, of 30 questions of which they share 20; the second asked each twice."""
    monkeypatch.chdir(tmp_path)
    one = [row(number, column=column, right=number % 2 == 0) for column in ("base", "grpo") for number in range(30)]
    other = [row(number, sample, column="grpo", right=number % 4 != 1)
             for sample in range(2) for number in range(10, 40)]
    write_jsonl("runs/evalA/answers.jsonl", one)
    write_jsonl("runs/evalB/answers.jsonl", other)
    return [one, other]


def compare(*arguments: str, code: int = 0) -> str:
    """In a process of its own, which says whether it imported torch."""
    text = (f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]; from conftest import script; "
            f"sys.argv[1:] = {list(arguments)}; script('05').main(); print('torch' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_two_finished_evaluations_are_compared_without_a_model(two):
    before = Path("runs/evalA/answers.jsonl").read_bytes()
    printed = compare("COMPARE=runs/evalA,runs/evalB")
    assert printed.endswith("False\n") and "answered them: 20." in printed
    assert "| evalA base | evalA grpo | evalB grpo |" in printed
    assert "| evalB grpo - evalA grpo | +25.0 (" in printed and "evalA grpo - evalA base" not in printed
    assert "| bbh/navigate | 1 | 20 | 50% (" in printed and "75% (" in printed
    assert Path("runs/compare/report.html").exists() and Path("runs/evalA/answers.jsonl").read_bytes() == before


def test_evaluations_that_share_no_name_are_compared_as_they_come(two):
    write_jsonl("runs/evalA/answers.jsonl", [each | {"column": "solver"} for each in two[0][30:]])
    assert "| evalB grpo - evalA solver |" in compare("COMPARE=runs/evalA,runs/evalB", "OUT=runs/both")
    assert Path("runs/both/report.md").exists() and not Path("runs/compare").exists()


def test_evaluations_that_cannot_be_compared_are_one_line(two):
    write_jsonl("runs/other/answers.jsonl", [each | {"question": "another"} for each in two[0]])
    write_jsonl("runs/old/answers.jsonl", [{"model": "grpo", "id": "x"}])
    for arguments, says in ((["COMPARE=runs/evalA,runs/other"], "no question was answered by all of"),
                            (["COMPARE=runs/evalA,runs/old"], "runs/old/answers.jsonl is not as"),
                            (["COMPARE=runs/evalA,runs/evalB", "OUT=runs/evalB"], "another OUT"),
                            (["COMPARE=runs/evalA,runs/nowhere"], "OUT=runs/nowhere")):
        error = compare(*arguments, code=2)
        assert says in error and error.count("\n") == 1
