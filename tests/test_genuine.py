"""Published BIG-Bench Hard files in place of our own questions, tried on a small hand-made folder in their format."""
import json

import pytest
from conftest import run_script

import tasks
from tasks.bbh import genuine

OPTIONS = "Which is it?\nOptions:\n(A) The red one\n(B) The blue one\n(C) The green one"
EXAMPLES = {
    "boolean_expressions": [("not ( True ) and ( True ) is", "False"), ("True or False is", "True")],
    "causal_judgement": [("A story. Did Tom cause it?\nOptions:\n- Yes\n- No", "Yes")],
    "dyck_languages": [("Complete the rest of the sequence, making sure that the parentheses are closed properly. "
                        "Input: [ { [", "] } ]")],
    "formal_fallacies": [('"..." Is the argument valid or invalid?\nOptions:\n- valid \n- invalid', "invalid")],
    "multistep_arithmetic_two": [("((-1 + 2) * (3 - 4)) =", "-1")],
    "navigate": [("If you follow these instructions, do you return?\nOptions:\n- Yes\n- No", "No")],
    "object_counting": [("I have a flute, a drum and a cow. How many musical instruments do I have?", "2")],
    "sports_understanding": [('Is the following sentence plausible? "..."', "yes")],
    "web_of_lies": [("Question: Ann lies. Bob says Ann lies. Does Bob tell the truth?", "Yes")],
    "word_sorting": [("Sort the following words alphabetically: List: pear fig apple", "apple fig pear")],
}
NAMES = [name.removeprefix("bbh/") for name in tasks.names() if name.startswith("bbh/")]


@pytest.fixture
def folder(tmp_path):
    """All 27 files; one question of movie_recommendation is broken as the published one is."""
    place = tmp_path / "published"
    place.mkdir()
    for name in NAMES:
        examples = EXAMPLES.get(name, [(OPTIONS, "(B)"), (OPTIONS.replace("Which", "Who"), "(C)")])
        if name == "movie_recommendation":
            examples = [*examples, ("Find a film.\nOptions:\n(A) Up\n(B) Off\n(C) Monsters", "Monsters, Inc.")]
        (place / f"{name}.json").write_text(json.dumps({"canary": "do not train", "examples": [
            {"input": asked, "target": target} for asked, target in examples]}))
    return place


def test_there_are_27():
    assert len(NAMES) == 27


def test_every_published_target_is_accepted_and_another_is_not(folder):
    for name in NAMES:
        questions, broken = genuine.load(str(folder), f"bbh/{name}")
        assert questions and broken == (name == "movie_recommendation")
        for question in questions:
            assert tasks.verify(question, question.answer) and tasks.verify(question, question.answer.lower() + ".")
            for wrong in ("(A)", "maybe", "0", question.question):
                assert not tasks.verify(question, wrong)


def test_stage_1_takes_them_instead_of_our_own(folder, tmp_path):
    done = run_script("01", "TASKS=all", f"BBH_DIR={folder}", "TRAIN_PER_TASK=3", "HELDOUT_PER_TASK=1",
                      "TEST_PER_TASK=2", "MAX_DIFFICULTY=0.0", cwd=tmp_path)
    assert "left out 1 published question whose target is none of the options" in done.stdout
    rows = [json.loads(line) for split in ("train", "heldout", "test")
            for line in (tmp_path / f"data/tasks/{split}.jsonl").read_text().splitlines()]
    published = [row for row in rows if row["task"].startswith("bbh/")]
    assert {row["task"] for row in published} == {f"bbh/{name}" for name in NAMES}
    assert all("genuine" in row["id"] and row["data"]["genuine"] for row in published)
    assert len({row["id"] for row in published}) == len(published)
    for row in published:
        assert (row["split"] == "test") == (tasks.REGISTRY[row["task"]].split == "test")
    assert any(row["task"].startswith("symbench/") for row in rows)


def test_without_them_one_line_says_so(tmp_path):
    done = run_script("01", "TASKS=bbh/navigate", "TRAIN_PER_TASK=2", "HELDOUT_PER_TASK=1", cwd=tmp_path)
    assert "BIG-Bench Hard questions are our own; BBH_DIR=folder takes the published ones instead\n" in done.stdout


@pytest.mark.parametrize("content", [None, "[1, 2]", "no json", '{"examples": [{"input": "x"}]}'])
def test_a_missing_or_broken_file_is_named(folder, tmp_path, content):
    file = folder / "navigate.json"
    file.unlink()
    if content is not None:
        file.write_text(content)
    done = run_script("01", "TASKS=bbh/navigate", f"BBH_DIR={folder}", cwd=tmp_path, check=False)
    assert done.returncode == 2 and str(file) in done.stderr and '"target"' in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
