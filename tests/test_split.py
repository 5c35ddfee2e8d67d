"""The split of the 144 tasks, its families, and stage 1, which draws by it."""
import ast
import json
import shutil
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations, product

import pytest
from conftest import ROOT, run_script

import tasks
from tasks.families import FAMILIES, sides, suite

UNSEEN_BY_THE_ANCESTOR = ("letters", "eight_queens", "cryptanalysis", "string_splitting", "combinatorial_calculation",
                          "synthesis_decomposition", "2048", "permutations_and_combinations")
SKILLS = {"logic", "arithmetic", "algorithms", "space", "planning", "language"}


def test_there_are_the_144_tasks_of_the_paper_split_into_107_and_37():
    assert Counter(map(suite, tasks.names())) == {"symbench": 33, "bbh": 27, "reasoning_gym": 84}
    assert len(tasks.names("train")) == 107 and len(tasks.names("test")) == 37


def test_test_tasks_cover_every_skill_and_eight_of_the_nine_that_the_ancestor_never_trained_on():
    """The ninth, number_multiply, is one more formula to evaluate, and stands with its family."""
    assert {task.skill for task in tasks.REGISTRY.values()} == SKILLS
    assert {tasks.REGISTRY[name].skill for name in tasks.names("test")} == SKILLS
    assert {f"symbench/{slug}" for slug in UNSEEN_BY_THE_ANCESTOR} <= set(tasks.names("test"))


def test_no_family_is_parted():
    members = [name for family in FAMILIES.values() for name in family]
    assert len(members) == len(set(members)) and set(members) <= set(tasks.names())
    parted = {title: family for title, family in FAMILIES.items()
              if len({tasks.REGISTRY[name].split for name in family}) > 1}
    assert not parted


def test_tasks_of_one_name_are_of_one_family():
    """string_insertion, word_sorting, ...: the plainest twins, which a new task could bring in unnoticed."""
    family_of = {name: title for title, family in FAMILIES.items() for name in family}
    for a, b in combinations(tasks.names(), 2):
        if a.partition("/")[2].removesuffix("s") == b.partition("/")[2].removesuffix("s"):
            assert family_of.get(a) == family_of.get(b, "?"), (a, b)


def phrases(name: str) -> set[str]:
    """Runs of four words that all of a few questions of a task have: its own wording, without names and numbers."""
    def runs(text):
        words = "".join(character.lower() if character.isalpha() else " " for character in text).split()
        words = [word for word in words if len(word) > 1]
        return {" ".join(words[place:place + 4]) for place in range(len(words) - 3)}
    return set.intersection(*(runs(tasks.make(name, seed, 0.5, "train").question) for seed in range(4)))


def test_no_test_task_is_worded_like_a_training_task():
    worded = {name: phrases(name) for name in tasks.names()}
    for a in tasks.names("test"):
        for b in tasks.names("train"):
            smaller = min(len(worded[a]), len(worded[b]))
            assert smaller < 5 or len(worded[a] & worded[b]) < 0.5 * smaller, (a, b, worded[a] & worded[b])


class Literals(ast.NodeTransformer):
    """Writes one constant for every expression of literals and operators alone: 3 * (4 + 5), not True, [1, 2]."""

    names = ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.comprehension, ast.IfExp

    def visit(self, node):
        if isinstance(node, ast.expr) and not any(isinstance(part, self.names) for part in ast.walk(node)):
            return ast.Constant(0)
        return self.generic_visit(node)


@cache
def shapes(name: str) -> set[tuple[str, ...]]:
    """The syntax of some reference programs of a task, as kinds of nodes: without names, numbers and texts."""
    def kinds(node):
        yield type(node).__name__
        for part in ast.iter_child_nodes(node):
            yield from kinds(part)
    questions = [tasks.make(name, seed, difficulty, "train") for seed in range(2) for difficulty in (0, 0.5, 1)]
    programs = [program for question in questions if (program := tasks.REGISTRY[name].program(question))]
    return {tuple(kinds(Literals().visit(ast.parse(program)))) for program in programs}


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two programs agree in 83 of 100 nodes: between count_bits beside letter_counting, which both print what
    one .count() says (85), and count_bits beside bitwise_arithmetic, which prints one hex() (82)."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return all(ratio() >= 0.83 for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def test_no_test_task_is_solved_by_the_program_of_a_training_task():
    """Programs that are one but for names and values teach each other, however the questions are worded."""
    twins = [(a, b) for a, b in product(tasks.names("test"), tasks.names("train"))
             if any(alike(one, other) for one, other in product(shapes(a), shapes(b)))]
    assert not twins


@pytest.mark.parametrize("left_out", ["symbench", "bbh", "reasoning_gym"])
def test_a_suite_left_out_is_tested_whole_and_no_kin_of_it_is_trained_on(left_out):
    side = sides(left_out)
    assert [name for name in side if side[name] == "test"] == [name for name in side if suite(name) == left_out]
    assert {name for name in tasks.names() if suite(name) == left_out} <= set(side)
    trained = {name for name in side if side[name] == "train"}
    for family in FAMILIES.values():
        kinds = {suite(name) == left_out for name in family}
        assert kinds != {True, False} or not trained & set(family)
    assert len(trained) > 25


def test_an_unknown_suite_is_refused(tmp_path):
    done = run_script("01", "LEAVE_OUT=bhb", cwd=tmp_path, check=False)
    assert done.returncode == 2 and "LEAVE_OUT is one of bbh, reasoning_gym, symbench" in done.stderr


# --------------------------------------------------------------------------------------------------------- stage 1

SMALL = ["TASKS=all", "MAX_DIFFICULTY=1", "ANSWER_TOKENS=512", "TRAIN_PER_TASK=4", "HELDOUT_PER_TASK=3",
         "TEST_PER_TASK=5"]
FILES = ("train.jsonl", "heldout.jsonl", "test.jsonl", "suite.md")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with a few questions of every task."""
    folder = tmp_path_factory.mktemp("all")
    run_script("01", *SMALL, "WORKERS=2", cwd=folder)
    return folder / "data/tasks"


def rows(folder, split: str) -> list[dict]:
    return [json.loads(line) for line in (folder / f"{split}.jsonl").read_text().splitlines()]


def test_every_task_gives_its_questions_and_none_is_there_twice(drawn):
    files = {split: rows(drawn, split) for split in ("train", "heldout", "test")}
    for split, count in (("train", 4), ("heldout", 3), ("test", 5)):
        side = "test" if split == "test" else "train"
        assert Counter(row["task"] for row in files[split]) == dict.fromkeys(tasks.names(side), count)
    texts = [row["question"] for split in files.values() for row in split]
    assert len(texts) == len(set(texts)) == 107 * 7 + 37 * 5
    assert {row["difficulty"] for row in files["test"]} == {0, 0.25, 0.5, 0.75, 1}
    table = (drawn / "suite.md").read_text()
    assert all(f"| {name} |" in table for name in tasks.names()) and (drawn / "suite.png").stat().st_size > 50_000


def test_the_number_of_processes_changes_no_byte(drawn, tmp_path):
    run_script("01", *SMALL, "WORKERS=1", cwd=tmp_path)
    for name in FILES:
        assert (tmp_path / "data/tasks" / name).read_bytes() == (drawn / name).read_bytes(), name


def test_a_task_that_fails_is_named_and_the_others_are_kept(tmp_path):
    for part in ("01_make_tasks.py", "tasks"):
        (shutil.copytree if part == "tasks" else shutil.copy)(ROOT / part, tmp_path / part)
    (tmp_path / "tasks/symbench/broken.py").write_text("""from tasks import Task

class Broken(Task):
    name, skill, split = "symbench/broken", "logic", "train"

    def generate(self, rng, difficulty):
        return 1 / 0
""")
    done = run_script("01", "TASKS=symbench/broken,bbh/navigate", cwd=tmp_path, root=tmp_path)
    assert "symbench/broken FAILED and is missing: ZeroDivisionError" in done.stdout.splitlines()[-1]
    assert "train.jsonl is empty" not in done.stdout and "test.jsonl is empty: give stage 5 WHAT=heldout" in done.stdout
    assert {row["task"] for row in rows(tmp_path / "data/tasks", "train")} == {"bbh/navigate"}
