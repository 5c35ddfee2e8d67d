"""The README's own text: its commands and notebook cells run, in miniature, and every name and path it gives exists."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, script

import tasks
from tasks.engine.constants import constants

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)  # (language, text)
SHELL = [text for language, text in BLOCKS if language == "bash"]
CELLS = [text for text in SHELL if text.startswith(("!", "%"))]
COMMANDS = [text for text in SHELL if text not in CELLS]
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
INLINE = [re.sub(r"\s+", " ", code) for code in re.findall(r"`([^`]+)`", PROSE)]
STAGES = {path.name[:2]: script(path.name[:2]) for path in sorted(ROOT.glob("0?_*.py"))}

# What makes a run short. It is given behind what the README gives, and the later value counts.
MINIATURE = {
    "01": "TASKS=bbh/boolean_expressions,bbh/web_of_lies TRAIN_PER_TASK=8 HELDOUT_PER_TASK=2 TEST_PER_TASK=2",
    "02": "MODEL={tiny}", "03": "MODEL={tiny} RANK=8", "04": "STEPS=2 QUESTIONS=2 GROUP=2 TURN_TOKENS=16 STAGES=1",
    "05": "PER_TASK=2 TURN_TOKENS=16"}
# Shell functions in place of the three programs that the blocks call: a block's own text runs as it stands.
PRELUDE = """
python3() {{ {python} "$@" --without-pip; }}
pip() {{ echo "pip $*"; }}
python() {{
    case "$1" in
{cases}
        -m) {python} "$@" --ignore-glob="*/test_[!g]*" -k test_advantages_by_hand ;;
        *) echo "no miniature of: $*"; return 1 ;;
    esac
}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project as a fresh clone holds it, on a path with a space."""
    folder = tmp_path_factory.mktemp("readme") / "a folder" / "r1ci"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(
        ".git", ".venv", "data", "runs", "models", "__pycache__", ".pytest_cache", ".hypothesis"))
    return folder


@pytest.fixture(scope="module")
def shell(tiny):
    """Runs text in bash as if in a terminal that stands in a folder; gives what it printed."""
    cases = "\n".join(f'        {stage}_*) {sys.executable} "$@" {constants.format(tiny=tiny)} ;;'
                      for stage, constants in MINIATURE.items())
    prelude = PRELUDE.format(python=sys.executable, cases=cases)

    def run(text: str, folder: Path) -> str:
        done = subprocess.run(["bash", "-c", prelude + text], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout
    return run


@pytest.fixture(scope="module")
def ran(project, shell) -> Path:
    """The project after the first of the two commands."""
    (project / "printed.txt").write_text(shell(COMMANDS[0], project))
    return project


def as_shell(cell: str, **places: Path) -> str:
    """A notebook cell of shell lines as text for bash. places: what stands for the notebook's REPO and folders."""
    for name, here in places.items():
        old, new = ("REPO=", f"REPO={here}") if name == "REPO" else (f"/{name.replace('_', '/')}", f"{here}")
        assert old in cell
        cell = cell.replace(old, new.replace(" ", "\\ "))
    lines = [re.sub(r"^(!|%(?=cd ))", "", re.sub(r"^%env ", "export ", line)) for line in cell.splitlines()]
    assert not any(line.startswith(("%", "!")) for line in lines)
    return " &&\n".join(lines)


# --------------------------------------------------------------------------------------------- commands and cells

def test_the_first_command_runs_all_stages(ran):
    printed = (ran / "printed.txt").read_text()
    assert "\033[32m" in printed and "\033[31m" in printed and printed.count("| reward ") == 2
    assert "inherited from runs/sft/constants.json" in printed
    assert "grpo - sft" in printed and "grpo - sft" in (ran / "runs/eval/report.md").read_text()


def test_the_second_command_runs_the_tests(project, shell):
    assert re.search(r"^=+ 1 passed", shell(COMMANDS[1], project), re.MULTILINE)


@pytest.mark.exhaustive
def test_the_longer_run_goes_on_from_the_first_command(ran, shell):
    printed = shell(COMMANDS[2], ran)
    assert "wrote runs/grpo30/adapter" in printed and "grpo - sft" in printed


@pytest.mark.exhaustive
@pytest.mark.parametrize("block", [3, 4], ids=["all-tasks-on-two-cores", "small-model-on-a-gpu"])
def test_a_whole_run_goes_through_all_stages(block, project, shell, tmp_path):
    folder = tmp_path / "r1ci"
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("data", "runs"))
    assert "grpo - sft" in shell("set -e\n" + COMMANDS[block], folder)


def test_there_is_no_block_that_is_not_run():
    assert len(COMMANDS) == 5 and len(CELLS) == 3


@pytest.fixture
def repository(project) -> Path:
    """The project as a repository that can be cloned."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x", "-C", str(project)]
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *step], check=True)
    yield project
    shutil.rmtree(project / ".git")


@pytest.mark.exhaustive
def test_the_cells_go_on_with_what_the_session_before_left(ran, repository, shell, tmp_path):
    colab, kaggle, run = CELLS
    cell = as_shell(colab, REPO=repository, content_drive_MyDrive=tmp_path)
    for _ in range(2):  # in the next session the clone is there already
        shell(cell, tmp_path)
    assert (tmp_path / "r1ci/README.md").exists() and not (tmp_path / "r1ci/runs").exists()
    (tmp_path / "kaggle").mkdir()
    shell(as_shell(kaggle, REPO=repository, kaggle_working=tmp_path / "kaggle", kaggle_input=ran.parent), tmp_path)
    clone = tmp_path / "kaggle/r1ci"
    shutil.rmtree(clone / "runs/eval")
    printed = shell(as_shell(run), clone)
    assert "wrote data" not in printed
    assert "going on after step" in printed and re.search(r"rollouts, from step [2-9] on", printed)  # stages 3 and 4
    assert "grpo - sft" in (clone / "runs/eval/report.md").read_text()


@pytest.mark.parametrize("text", SHELL)
def test_packages_to_install_are_those_of_the_requirements(text):
    known = "".join(path.read_text() for path in (ROOT / "requirements.txt", ROOT / "tests/requirements.txt"))
    for arguments in re.findall(r"\bpip install ([^&\n]*)", text):
        words = arguments.split()
        files = [word for flag, word in zip(words, words[1:]) if flag == "-r"]
        assert "requirements.txt" in files and all((ROOT / file).exists() for file in files)
        for package in {*words} - {*files, "-r", "-q"}:
            assert re.search(rf"^{package.partition('==')[0]}\b", known, re.MULTILINE), package


# ------------------------------------------------------------------------------------------------ names and paths

def test_every_constant_is_one_of_the_script_that_it_is_given_to():
    """In one line of code, the script that is called; in a clause that speaks of stages, theirs; elsewhere, any."""
    known = {stage: constants(vars(module)) for stage, module in STAGES.items()}
    tried = 0
    for clause in re.split(r"[;|]|\.\s|\n\n|(?=python \d\d_)", README):
        numbers = re.findall(r"python (\d\d)_", clause) or [
            f"0{number}" for numbers in re.findall(r"stages? (\d(?:(?:, | and )\d)*)", clause)
            for number in re.findall(r"\d", numbers)]
        for name in re.findall(r"(?<![\w.])([A-Z][A-Z_]+)=", clause):
            if name in ("NAME", "REPO", "SMALL_RUN"):
                continue
            tried += 1
            assert all(name in known[number] for number in numbers), (clause, name)
            assert any(name in names for names in known.values()), (clause, name)
    assert tried >= 15
    bare = [code for code in INLINE if re.fullmatch(r"[A-Z]+_[A-Z_]+", code)]
    assert all(any(name in names for names in known.values()) for name in bare), bare


def paths() -> set[str]:
    """What looks like a path in the README's inline code, {a,b} spelled out."""
    words = {word for code in INLINE for word in code.split() if re.fullmatch(r"[\w./{},-]+", word)}
    found = {word for word in words if "/" in word or re.search(r"\.(py|txt|md|jsonl)$", word)}
    spelled = set()
    for word in found:
        head, brace, rest = word.partition("{")
        options, _, tail = rest.partition("}")
        spelled |= {head + option + tail for option in options.split(",")} if brace else {word}
    return spelled - {*tasks.names()} - {word for word in spelled if word.startswith("Qwen/")}


def test_every_path_exists_here_or_after_the_first_command(ran):
    found = paths() - {value for stage in STAGES.values() for value in constants(vars(stage)).values()}
    assert len(found) >= 20
    assert not [path for path in found if not (ran / path).exists() and path != "models/"]


def test_the_layout_is_that_of_the_folders():
    layout = next(text for _, text in BLOCKS if "tasks/engine/" in text)
    folder, listed = "", set()
    for line in filter(None, layout.splitlines()):
        indent, name = re.match(r"( *)(\S+)", line).groups()
        folder = folder if indent else name
        listed.add(folder + name if indent else name)
    assert all((ROOT / name).exists() for name in listed)
    for there in ("tasks", "tasks/engine"):
        parts = {path.relative_to(ROOT).as_posix() + "/" * path.is_dir() for path in (ROOT / there).iterdir()}
        assert {part for part in parts if "__" not in part} <= listed


def test_the_diagram_shows_what_each_stage_reads_and_writes():
    diagram = next(text for language, text in BLOCKS if language == "mermaid")
    edges = re.findall(r"^ *(\w+)\S* ?[^|\n]*-->\|([^|]+)\| (\w+)", diagram, re.MULTILINE)
    numbers = {name: number for name, number in re.findall(r"(\w+)\[(\d\d) ", diagram)}
    assert sorted(numbers.values()) == sorted(STAGES)
    for name, number in numbers.items():
        drawn = {path for a, paths, b in edges if name in (a, b) for path in paths.split(", ")}
        places = {value for value in constants(vars(STAGES[number])).values()
                  if isinstance(value, str) and value.startswith(("data/", "runs/"))}
        assert all(any(path.startswith(place) for path in drawn) for place in places), (name, places)
        assert all(any(path.startswith(place) for place in places) for path in drawn), (name, drawn)


# --------------------------------------------------------------------------------------------------------- Python

@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "python"])
def test_python_blocks_compile(text):
    compile(text, "README.md", "exec")


def test_the_example_of_a_new_task_passes_what_all_tasks_must_pass(project):
    example, = (text for language, text in BLOCKS if language == "python" and "(Task)" in text)
    file = project / "tasks/symbench/example.py"
    file.write_text(example)
    try:
        done = subprocess.run([sys.executable, "-m", "pytest", "tests/test_tasks.py", "-p", "no:cacheprovider", "-k",
                               "count_vowels or tried_by_hand"], cwd=project, capture_output=True, text=True)
    finally:
        file.unlink()
    failed = re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE)
    assert failed == ["test_every_task_is_tried_by_hand"], done.stdout[-3000:]
