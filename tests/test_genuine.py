"""Published BIG-Bench Hard files in place of our own questions, tried on a small hand-made folder in their format."""
import json

import pytest
from conftest import run_script

import tasks
from tasks.bbh import genuine

OPTIONS = "Which {} is it?\nOptions:\n(A) The red one\n(B) The blue one\n(C) The green one"
EXAMPLES = {
    "boolean_expressions": [("not ( True ) and ( True ) is", "False"), ("True or False is", "True")],
    "causal_judgement": [(f"A story. Did {name} cause it?\nOptions:\n- Yes\n- No", answer)
                         for name, answer in (("Tom", "Yes"), ("Ann", "Yes"), ("Ann", "No"))],
    "dyck_languages": [("Complete the rest of the sequence, making sure that the parentheses are closed properly. "
                        "Input: [ { [", "] } ]")],
    "formal_fallacies": [('"..." Is the argument valid or invalid?\nOptions:\n- valid \n- invalid', "invalid")],
    "multistep_arithmetic_two": [("((-1 + 2) * (3 - 4)) =", "-1")],
    "navigate": [("If you follow these instructions, do you return?\nOptions:\n- Yes\n- No", "No")],
    "object_counting": [("I have a flute, a drum and a cow. How many musical instruments do I have?", "2")],
    "snarks": [("Which is sarcastic?\nOptions:\n(A) Rain, how lovely.\n(B) Mud, how lovely.", "(B)"),
               ("Which is sarcastic?\nOptions:\n(A) Rain, how lovely.\n(B) Rain, how lovely.", "(B)"),
               ("Which is sarcastic?\nOptions:\n(A) Rain, how lovely.", "(A)")],
    "sports_understanding": [('Is the following sentence plausible? "He dunked"', "yes"),
                             ('Is the following sentence plausible? "He putted"', "no"),
                             ('Is the following sentence  plausible? "He dunked"', "yes")],
    "web_of_lies": [("Question: Ann lies. Bob says Ann lies. Does Bob tell the truth?", "Yes")],
    "word_sorting": [("Sort the following words alphabetically: List: pear fig apple", "apple fig pear"),
                     ("Sort the following words alphabetically: List: can't bat o'er", "bat can't o'er")],
}
LEFT_OUT = {
    "bbh/causal_judgement: left out 2 published questions asked with different targets",
    "bbh/movie_recommendation: left out 1 published question whose target is none of the options",
    "bbh/snarks: left out 2 published questions whose options leave no choice",
    "bbh/sports_understanding: left out 1 published question asked before",
}
NAMES = [name.removeprefix("bbh/") for name in tasks.names() if name.startswith("bbh/")]


@pytest.fixture
def folder(tmp_path):
    """All 27 files, with the faults of the published ones: a target that is no option, no choice between the options,
    a question that stands there twice, with one target or with two."""
    place = tmp_path / "published"
    place.mkdir()
    for name in NAMES:
        examples = EXAMPLES.get(name, [(OPTIONS.format(name), "(B)"), (OPTIONS.format(f"other {name}"), "(C)")])
        if name == "movie_recommendation":
            examples = [*examples, ("Find a film.\nOptions:\n(A) Up\n(B) Off\n(C) Monsters", "Monsters, Inc.")]
        (place / f"{name}.json").write_text(json.dumps({"canary": "do not train", "examples": [
            {"input": asked, "target": target} for asked, target in examples]}))
    return place


def test_there_are_27():
    assert len(NAMES) == 27


def test_every_published_target_is_accepted_and_another_is_not(folder):
    for name in NAMES:
        questions, _ = genuine.load(str(folder), f"bbh/{name}")
        assert questions
        for question in questions:
            assert tasks.verify(question, question.answer) and tasks.verify(question, question.answer.lower() + ".")
            for wrong in ("(A)", "maybe", "0", question.question):
                assert not tasks.verify(question, wrong)


def test_words_with_an_apostrophe_are_sorted_too(folder):
    question = genuine.load(str(folder), "bbh/word_sorting")[0][1]
    for spelling in ("bat can't o'er", "bat, can't, o'er", "['bat', \"can't\", \"o'er\"]", "'bat' 'can't' 'o'er'"):
        assert tasks.verify(question, spelling)
    for wrong in ("bat can t o er", "bat cant oer", "can't bat o'er"):
        assert not tasks.verify(question, wrong)


def test_stage_1_tests_on_them_and_trains_on_our_own(folder, tmp_path):
    """No later stage has to tell them apart: stages 2 and 4 learn from train.jsonl alone."""
    done = run_script("01", "TASKS=all", f"BBH_DIR={folder}", "TRAIN_PER_TASK=3", "HELDOUT_PER_TASK=2",
                      "TEST_PER_TASK=3", "MAX_DIFFICULTY=0.0", "ANSWER_TOKENS=512", cwd=tmp_path)
    assert {line for line in done.stdout.splitlines() if "left out" in line} == LEFT_OUT
    rows = {split: [json.loads(line) for line in (tmp_path / f"data/tasks/{split}.jsonl").read_text().splitlines()]
            for split in ("train", "heldout", "test")}
    assert len(rows["train"]) == 3 * len(tasks.names("train"))
    assert not any("genuine" in row["id"] or row["data"].get("genuine") for row in rows["train"])
    published = [row for row in rows["heldout"] + rows["test"] if row["task"].startswith("bbh/")]
    assert {row["task"] for row in published} == {f"bbh/{name}" for name in NAMES}
    assert all("genuine" in row["id"] and row["data"]["genuine"] for row in published)
    for row in published:
        assert (row["split"] == "test") == (tasks.REGISTRY[row["task"]].split == "test")
    texts = [" ".join(row["question"].split()) for split in rows.values() for row in split]
    assert len(texts) == len(set(texts))


def test_without_them_one_line_says_so(tmp_path):
    done = run_script("01", "TASKS=bbh/navigate", "TRAIN_PER_TASK=2", "HELDOUT_PER_TASK=1", cwd=tmp_path)
    assert "BIG-Bench Hard questions are our own; BBH_DIR=folder tests on the published ones instead\n" in done.stdout


@pytest.mark.parametrize("content", [None, "[1, 2]", "no json", '{"examples": [{"input": "x"}]}'])
def test_a_missing_or_broken_file_is_named(folder, tmp_path, content):
    file = folder / "navigate.json"
    file.unlink()
    if content is not None:
        file.write_text(content)
    done = run_script("01", "TASKS=bbh/navigate", f"BBH_DIR={folder}", cwd=tmp_path, check=False)
    assert done.returncode == 2 and str(file) in done.stderr and '"target"' in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
