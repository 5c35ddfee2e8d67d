"""The five scripts as a user runs them: in order, interrupted, and once in miniature from end to end."""
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import torch
from conftest import ROOT, learn, make_model, run_script, script, size
from safetensors.torch import load_file, save_file
from tqdm import tqdm

import tasks
from tasks.engine.files import read_jsonl, write_jsonl
from tasks.engine.model import open_model, open_tokenizer
from tasks.engine.sampler import TransformersSampler
from tasks.engine.scoring import value_head
from tasks.engine.training import Trainer
from tasks.episode import MARKERS, Chat, render, wrap_answer

# So fast that the validation loss goes up and down, and the best adapter is not the last.
SMALL_SFT = ["EPOCHS=6", "BATCH=16", "LEARNING_RATE=0.01", "RANK=8", "MAX_TOKENS=512", "SAVE_EVERY=2",
             "VALIDATION=0.2", "EVAL_EVERY=1", "KEEP_BEST=True"]
SMALL_GRPO = ["STEPS=3", "QUESTIONS=3", "GROUP=4", "MAX_TOKENS=512", "TURN_TOKENS=24", "LEARNING_RATE=0.005"]


EXACT = not torch.cuda.is_available()  # a GPU's attention adds gradients up in any order, and in bf16


@pytest.fixture
def on_cpu(monkeypatch):
    """Scripts that this test starts run on the CPU, where they repeat themselves bit for bit."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def rows(path: Path, *without: str) -> list[dict]:
    """The lines of a JSON-lines file, less what may differ between equal runs."""
    return [{key: value for key, value in row.items() if key not in without} for row in read_jsonl(str(path), "")]


def same_weights(first: Path, second: Path) -> bool:
    a, b = (load_file(folder / "adapter_model.safetensors") for folder in (first, second))
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) if EXACT else
                                        (a[name] - b[name]).norm() < 0.2 * a[name].norm() for name in a)


def same_metrics(first: Path, second: Path) -> bool:
    pairs = zip(rows(first / "metrics.jsonl", "seconds"), rows(second / "metrics.jsonl", "seconds"), strict=True)
    return all(one == (other if EXACT else pytest.approx(other, rel=0.1)) for one, other in pairs)


def kill_after(name: str, arguments: list[str], cwd: Path, file: Path, lines: int):
    """Start a script and kill it without mercy as soon as `file` has so many lines."""
    process = subprocess.Popen([sys.executable, str(next(ROOT.glob(f"{name}*.py"))), *arguments], cwd=cwd,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (file.exists() and file.read_text().count("\n") >= lines):
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -9, "it ended before it could be killed"


@pytest.fixture(scope="module")
def questions(tmp_path_factory) -> Path:
    """A folder with the files of stage 1."""
    folder = tmp_path_factory.mktemp("stages")
    run_script("01", "TASKS=bbh/boolean_expressions,bbh/web_of_lies", "TRAIN_PER_TASK=40", "HELDOUT_PER_TASK=6",
               "TEST_PER_TASK=6", "MAX_DIFFICULTY=0", cwd=folder)
    return folder


def toss(folder: str, questions: list[str], words: list[str], marker: str = "angle") -> str:
    """Train the model in `folder` to answer every question by one of these words, at random; return the folder.

    Of several questions it learns each word, or it would know them by heart, and say something else to a new one.
    """
    chat = Chat(open_tokenizer(folder), marker)
    return learn(folder, [render(chat, [{"role": "user", "content": chat.prompt(question)},
                                        {"role": "assistant", "content": wrap_answer(word, marker)}])
                          for question in questions for word in words], steps=60)


@pytest.fixture(scope="module")
def tosser(tiny, chat, questions, tmp_path_factory) -> str:
    """The tiny model, all of its weights trained to answer every question by True or False as a coin falls.

    At boolean expressions it is right half of the time: groups of rollouts with variance, at no cost.
    """
    train = rows(questions / "data/tasks/train.jsonl")
    lines = [{"id": row["id"], "messages": [{"role": "user", "content": chat.prompt(row["question"])},
                                            {"role": "assistant", "content": f"<<<{number % 2 == 0}>>>"}]}
             for number, row in enumerate(train)]
    (questions / "data/coins.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    folder = shutil.copytree(tiny, tmp_path_factory.mktemp("tosser") / "model")
    return toss(str(folder), [row["question"] for row in train[:12]], ["True", "False"])


@pytest.fixture(scope="module")
def sft(questions, tosser) -> Path:
    """The same folder after an uninterrupted stage 3."""
    run_script("03", f"MODEL={tosser}", "DATA=data/coins.jsonl", *SMALL_SFT, cwd=questions)
    return questions


def test_stage_1_writes_the_same_bytes_again_and_no_question_twice(questions, tmp_path):
    run_script("01", "TASKS=bbh/boolean_expressions,bbh/web_of_lies", "TRAIN_PER_TASK=40", "HELDOUT_PER_TASK=6",
               "TEST_PER_TASK=6", "MAX_DIFFICULTY=0", cwd=tmp_path)
    texts = []
    for split in ("train", "heldout", "test"):
        path = f"data/tasks/{split}.jsonl"
        assert (questions / path).read_bytes() == (tmp_path / path).read_bytes()
        texts += [row["question"] for row in rows(tmp_path / path)]
    assert len(texts) == len(set(texts)) == 52


@pytest.mark.parametrize("gpu", [True, False])
def test_all_stages_agree_on_the_sizes_of_a_conversation_and_answers_fit_them(gpu, monkeypatch):
    monkeypatch.setattr("tasks.engine.constants.GPU", gpu)
    first, *others = (script(name) for name in ("01", "02", "04", "05"))
    sizes = [[stage.MAX_CALLS, stage.OUTPUT_TOKENS, stage.TURN_TOKENS, stage.MAX_TOKENS] for stage in others]
    assert sizes[0] == sizes[1] == sizes[2]
    _, output, turn, whole = sizes[0]
    assert first.ANSWER_TOKENS <= output and first.ANSWER_TOKENS + 12 <= turn < whole  # 12: marker, a few words, end


@pytest.mark.parametrize("gpu", [True, False])
def test_stages_2_and_5_steer_alike(gpu, monkeypatch):
    monkeypatch.setattr("tasks.engine.constants.GPU", gpu)
    second, fifth = script("02"), script("05")
    for name in ("WORKER", "WORKER_ENDPOINT", "MAX_ROUNDS", "GUIDANCE_TOKENS", "WORKER_TOKENS", "REPORT_CHARS",
                 "STEER_TOKENS"):
        assert getattr(second, name) == getattr(fifth, name), name


@pytest.fixture(scope="module")
def keys() -> list[tuple[str, str]]:
    """Answers of all tasks, each with its task's name, easy ones and the hardest."""
    return [(name, tasks.make(name, seed, difficulty, "train").answer) for name in tasks.names()
            for difficulty in (0.0, 0.5, 1.0) for seed in range(8)]


def test_the_size_of_an_answer_is_never_underestimated(keys):
    folder = ROOT / "models/SmolLM2-135M-Instruct"
    if not folder.exists():
        pytest.skip("the small model is not unpacked here; running stage 2 does it")
    pieces, short = script("01").pieces, Chat(open_tokenizer(str(folder)))
    sizes = [(pieces(answer), len(short.encode(answer)), name) for name, answer in keys]
    assert not [row for row in sizes if row[0] < row[1]]
    assert sum(row[0] for row in sizes) < 1.6 * sum(row[1] for row in sizes)  # nor by far overestimated


def test_the_hardest_answers_of_all_tasks_can_be_shown_and_said(keys, monkeypatch):
    monkeypatch.setattr("tasks.engine.constants.GPU", True)
    stage = script("01")
    too_long = Counter(name for name, answer in keys if stage.pieces(answer) > stage.ANSWER_TOKENS)
    assert sum(too_long.values()) < 0.003 * len(keys) and max(too_long.values(), default=0) <= 2


def test_stage_1_draws_no_question_whose_answer_is_too_long(tmp_path):
    arguments = ["TASKS=bbh/word_sorting,bbh/navigate,reasoning_gym/modulo_grid", "TRAIN_PER_TASK=20",
                 "HELDOUT_PER_TASK=5", "MAX_DIFFICULTY=0.5", "ANSWER_TOKENS=40"]
    printed = run_script("01", *arguments, cwd=tmp_path).stdout
    drawn = rows(tmp_path / "data/tasks/train.jsonl")
    assert {row["task"] for row in drawn} == {"bbh/navigate", "bbh/word_sorting"}
    assert max(script("01").pieces(row["answer"]) for row in drawn) <= 40
    assert "modulo_grid has only 0 train questions, not 20, with answers of at most ANSWER_TOKENS=40" in printed


@pytest.mark.parametrize("lines", size([9], [1, 2, 9]))
def test_stage_3_killed_and_resumed_equals_the_uninterrupted_run(sft, tosser, tmp_path, lines):
    arguments = [f"MODEL={tosser}", f"DATA={sft}/data/coins.jsonl", *SMALL_SFT]
    kill_after("03", arguments, tmp_path, tmp_path / "runs/sft/metrics.jsonl", lines)
    printed = run_script("03", *arguments, cwd=tmp_path).stdout
    best = min(rows(sft / "runs/sft/metrics.jsonl"), key=lambda step: step["valid_loss"])
    assert f"the adapter is that of step {best['step']}, of validation loss {best['valid_loss']:.3f}" in printed
    state = torch.load(tmp_path / "runs/sft/checkpoint/default.pt", weights_only=True)
    adapter = load_file(tmp_path / "runs/sft/adapter/adapter_model.safetensors")
    for name, weight in state["best"]["weights"].items():
        assert torch.equal(adapter[name.replace(".default", "")], weight)
    assert same_weights(sft / "runs/sft/adapter", tmp_path / "runs/sft/adapter")
    assert same_metrics(sft / "runs/sft", tmp_path / "runs/sft")


@pytest.mark.exhaustive
def test_stage_3_stops_before_its_hours_are_over_and_goes_on(sft, tosser, tmp_path):
    arguments = [f"MODEL={tosser}", f"DATA={sft}/data/coins.jsonl", *SMALL_SFT]
    assert "stopped before MAX_HOURS" in run_script("03", *arguments, "MAX_HOURS=0", cwd=tmp_path).stdout
    assert len(rows(tmp_path / "runs/sft/metrics.jsonl")) == 1 and not (tmp_path / "runs/sft/adapter").exists()
    run_script("03", *arguments, cwd=tmp_path)
    assert same_weights(sft / "runs/sft/adapter", tmp_path / "runs/sft/adapter")


def test_stage_4_tells_to_finish_a_stage_3_that_was_stopped(questions, tosser, tmp_path):
    run_script("03", f"MODEL={tosser}", f"DATA={questions}/data/coins.jsonl", *SMALL_SFT, "MAX_HOURS=0", cwd=tmp_path)
    done = run_script("04", f"DATA={questions}/data/tasks/train.jsonl", *SMALL_GRPO, cwd=tmp_path, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr and "with: python 03_sft.py" in done.stderr


@pytest.mark.exhaustive  # test_constants.py asks `begin_run`
def test_stages_3_and_4_do_not_go_on_with_other_inputs(sft, tosser, tmp_path):
    shutil.copytree(sft / "runs", tmp_path / "runs")
    shutil.copytree(sft / "data", tmp_path / "data")
    third = [f"MODEL={tosser}", "DATA=data/coins.jsonl", *SMALL_SFT]
    fourth = [*SMALL_GRPO, "STEPS=1"]
    run_script("03", *third, cwd=sft)  # a finished run with the inputs that it had
    run_script("04", *fourth, cwd=tmp_path)
    weights = tmp_path / "runs/sft/adapter/adapter_model.safetensors"
    save_file({name: weight * 1.5 for name, weight in load_file(weights).items()}, weights)
    done = run_script("04", *fourth, cwd=tmp_path, check=False)
    assert done.returncode == 2 and "runs/sft/adapter changed since runs/grpo was begun" in done.stderr
    with open(tmp_path / "data/coins.jsonl", "a") as file:
        file.write((sft / "data/coins.jsonl").read_text().splitlines()[0] + "\n")
    done = run_script("03", *third, cwd=tmp_path, check=False)
    assert done.returncode == 2 and "data/coins.jsonl changed since runs/sft was begun" in done.stderr


@pytest.mark.exhaustive  # test_episode.py asks `leave_room`
def test_stages_4_and_5_leave_out_questions_that_are_too_long(sft, tosser, tmp_path):
    for name in ("train", "heldout", "test"):
        lines = rows(sft / f"data/tasks/{name}.jsonl")[:3]
        lines[1]["question"] += " not" * 600
        write_jsonl(tmp_path / f"data/tasks/{name}.jsonl", lines)
    shutil.copytree(sft / "runs/sft", tmp_path / "runs/sft")
    printed = run_script("04", *SMALL_GRPO, "STEPS=1", cwd=tmp_path).stdout
    assert "left out 1 of 3 questions" in printed and "| reward " in printed
    printed = run_script("05", "MODELS=sft", "MAX_TOKENS=512", "TURN_TOKENS=24", cwd=tmp_path).stdout
    assert "left out 2 of 6 questions" in printed and "| **all** | 2 | 4 |" in printed


def test_stage_3_shows_what_is_trained_and_learns_it(questions, tosser, tiny, tmp_path):
    """Of a model that knows nothing yet: `tosser` cannot foresee its coins any better."""
    shown = run_script("03", f"MODEL={tiny}", f"DATA={questions}/data/coins.jsonl", *SMALL_SFT, "EPOCHS=4",
                       "LEARNING_RATE=0.001", cwd=tmp_path).stdout
    assert "\033[32m<<<" in shown
    metrics = rows(tmp_path / "runs/sft/metrics.jsonl")
    rates = [step["learning_rate"] for step in metrics]
    assert metrics[-1]["loss"] < 0.8 * metrics[0]["loss"]
    assert max(rates) == 0.001 and 0 < rates[-1] < 0.2 * max(rates)
    assert (tmp_path / "runs/sft/loss.png").stat().st_size > 1000


@pytest.mark.exhaustive  # test_sft.py compares the gradients
def test_metrics_of_a_step_do_not_depend_on_the_micro_batch(sft, tosser, tmp_path):
    arguments = [f"MODEL={tosser}", f"DATA={sft}/data/coins.jsonl", *SMALL_SFT, "EPOCHS=1", "CPU_BF16=False"]
    run_script("03", *arguments, "MICRO_TOKENS=1", "RUN=one", cwd=tmp_path)
    run_script("03", *arguments, "MICRO_TOKENS=100000", "RUN=all", cwd=tmp_path)
    one, every = (rows(tmp_path / run / "metrics.jsonl", "seconds", "padding")[0] for run in ("one", "all"))
    assert one == pytest.approx(every, rel=1e-3 if EXACT else 0.1)


def timeless(path: Path) -> list[dict]:
    """Lines of metrics or rollouts without the seconds that things took."""
    kept = rows(path, "sample_seconds", "train_seconds", "code_seconds")
    for turn in (turn for row in kept for turn in row.get("turns", ())):
        turn.pop("seconds", None)
    return kept


@pytest.mark.parametrize("more, file, lines", [([], "metrics", 1)] + size([], [
    (["MAX_RESAMPLE=3", "PASSES=2", "SAVE_EVERY=2", "MASK_OUTPUT=False"], "metrics", 1),
    (["ALGORITHM=ppo", "CRITIC_WARMUP=1"], "metrics", 2),
    (["STAGES=2", "REESTIMATE=True", "POTENTIAL_SAMPLES=4", "POTENTIAL_QUESTIONS=15", "LEARNING_RATE=0.0005"],
     "potential", 4)]))
def test_stage_4_killed_and_resumed_equals_the_uninterrupted_run(sft, on_cpu, tmp_path, more, file, lines):
    data = [f"DATA={sft}/data/tasks/train.jsonl", f"SFT={sft}/runs/sft", *SMALL_GRPO, *more]
    run_script("04", *data, "RUN=whole", cwd=tmp_path)
    assert any("kl" in step for step in rows(tmp_path / "whole/metrics.jsonl")), \
        "no step had a group with variance, so this test tests nothing"
    kill_after("04", [*data, "RUN=killed"], tmp_path, tmp_path / f"killed/{file}.jsonl", lines)
    kill_after("04", [*data, "RUN=killed"], tmp_path, tmp_path / "killed/rollouts.jsonl", lines=24)
    run_script("04", *data, "RUN=killed", cwd=tmp_path)
    for name in ("metrics", "rollouts", *["potential"] * (file == "potential")):
        assert timeless(tmp_path / f"killed/{name}.jsonl") == timeless(tmp_path / f"whole/{name}.jsonl")
    assert same_weights(tmp_path / "killed/adapter", tmp_path / "whole/adapter")
    states = [torch.load(tmp_path / run / "checkpoint" / f"{adapter}.pt", weights_only=True)["weights"]
              for adapter in ["default", *["critic"] * ("ALGORITHM=ppo" in more)] for run in ("killed", "whole")]
    for killed, whole in zip(states[::2], states[1::2]):
        assert killed.keys() == whole.keys() and all(torch.equal(killed[name], whole[name]) for name in whole)


@pytest.mark.parametrize("algorithm", size(["grpo"], ["grpo", "ppo"]))
def test_stage_4_raises_the_reward(algorithm, sft, tosser, chat, monkeypatch):
    """Where the right answer is always True, a coin can learn to fall on one side."""
    stage = script("04")
    for name, value in (("QUESTIONS", 6), ("TURN_TOKENS", 24), ("LEARNING_RATE", 2e-3), ("CRITIC_WARMUP", 1)):
        monkeypatch.setattr(stage, name, value)
    lines = [tasks.Question(**row) for row in rows(sft / "data/tasks/train.jsonl") if row["answer"] == "True"]
    model = open_model(tosser, 8, f"{sft}/runs/sft/adapter", reference=True, critic=algorithm == "ppo")
    critic = Trainer(model, "critic", value_head(model)) if algorithm == "ppo" else None
    trainer, sampler = Trainer(model), TransformersSampler(model, chat, 1.0, batch=64)
    groups = stage.rollout(chat, sampler, lines, 8, 1, tqdm(disable=True))
    pool = [group.question for group in groups if 0.2 < sum(group.rewards) / 8 < 0.7][:6]  # where the coin may learn
    rewards = [stage.train_step(trainer, critic, chat, sampler, pool, step)[0]["reward"] for step in range(6)]
    assert rewards[0] < 0.8 and 2 - sum(rewards[-2:]) < 1 - rewards[0], rewards  # half of what was wrong is right now


def test_stage_4_begins_cold_at_the_base_which_is_then_the_reference(sft, on_cpu, tosser, tmp_path):
    data = [f"DATA={sft}/data/tasks/train.jsonl", "SFT=", f"MODEL={tosser}", "RANK=8", *SMALL_GRPO, "MAX_RESAMPLE=9",
            "TEMPERATURE=0.8"]
    for run in ("one", "two"):
        run_script("04", *data, f"RUN={run}", cwd=tmp_path)
    learned = [step for step in rows(tmp_path / "one/metrics.jsonl") if "kl" in step]
    assert learned[0]["kl"] == pytest.approx(0, abs=1e-9) and learned[-1]["kl"] > 1e-4
    assert all(step["sampler_gap_max"] < 1e-3 for step in learned)  # sampled and scored at one temperature
    assert same_weights(tmp_path / "one/adapter", tmp_path / "two/adapter")  # fresh, and yet from SEED


@pytest.mark.parametrize("name, value", [
    ("GROUP", 1), ("LOSS", "mean"), ("TEMPERATURE", 0), ("ALGORITHM", "reinforce"), ("STAGES", 0), ("STAGES", 1000),
    ("TRUNCATED", "ignore"), ("HOPELESS", "first"), ("CRITIC_WARMUP", 12),
    ("POTENTIAL", "runs/x/potential.jsonl")])
def test_stage_4_refuses_constants_that_cannot_work(name, value, monkeypatch, capsys):
    stage = script("04")
    if name == "CRITIC_WARMUP":
        monkeypatch.setattr(stage, "ALGORITHM", "ppo")
        monkeypatch.setattr(stage, "STEPS", value)
    monkeypatch.setattr(stage, name, value)
    with pytest.raises(SystemExit) as stopped:
        stage.check_constants()
    assert stopped.value.code == 2 and name in capsys.readouterr().err


def test_stage_4_refuses_a_sampler_that_nobody_knows(sft, tmp_path):
    done = run_script("04", "SAMPLER=magic", f"DATA={sft}/data/tasks/train.jsonl", f"SFT={sft}/runs/sft", cwd=tmp_path,
                      check=False)
    assert done.returncode == 2 and "SAMPLER" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.exhaustive  # test_readme.py runs them in miniature, too
def test_all_five_scripts_in_miniature(tiny, tmp_path):
    run_script("01", "TASKS=bbh/boolean_expressions,bbh/web_of_lies", "TRAIN_PER_TASK=30", "HELDOUT_PER_TASK=4",
               "TEST_PER_TASK=4", cwd=tmp_path)
    run_script("02", f"MODEL={tiny}", cwd=tmp_path)
    printed = run_script("03", f"MODEL={tiny}", "RANK=8", "EPOCHS=1", cwd=tmp_path).stdout
    assert "\033[32m" in printed and "\033[31m" in printed and "green of" in printed
    printed = run_script("04", "STEPS=2", "QUESTIONS=2", "GROUP=2", "TURN_TOKENS=16", cwd=tmp_path).stdout
    assert "inherited from runs/sft/constants.json" in printed and printed.count("| reward ") == 2
    report = run_script("05", "TURN_TOKENS=16", cwd=tmp_path).stdout
    assert "| bbh/web_of_lies | 1 | 4 |" in report and "grpo - sft" in report and "answered with code" in report
    for picture in ("sft/loss.png", "grpo/reward.png", "eval/accuracy.png", "eval/behaviour.png"):
        assert (tmp_path / "runs" / picture).stat().st_size > 1000
    assert (tmp_path / "runs/eval/answers.jsonl").read_text().count("\n") == 24


@pytest.mark.exhaustive
@pytest.mark.parametrize("marker", ["angle", "boxed", "tag"])
def test_stages_2_to_5_ask_for_the_answer_in_the_format_of_stage_2_and_read_it(marker, questions, tmp_path):
    shutil.copytree(questions / "data/tasks", tmp_path / "data/tasks")
    words = ["True", "False"]
    asked = [row["question"] for name in ("heldout", "test") for row in rows(tmp_path / f"data/tasks/{name}.jsonl")]
    model = toss(make_model(str(tmp_path / "model")), asked, words, marker)
    run_script("02", f"MODEL={model}", "PER_TASK=10", f"MARKER={marker}", cwd=tmp_path)
    told = [row["messages"] for row in rows(tmp_path / "data/sft.jsonl")]
    assert len(told) == 10 and all(
        messages[-1]["content"].endswith(tuple(wrap_answer(word, marker) for word in words)) for messages in told)
    run_script("03", f"MODEL={model}", "RANK=8", f"MARKER={marker}", "LEARNING_RATE=0", cwd=tmp_path)
    run_script("04", "STEPS=1", "QUESTIONS=4", "GROUP=4", "MAX_RESAMPLE=9", "TURN_TOKENS=24", cwd=tmp_path)
    run_script("05", "MODELS=sft,grpo", "TURN_TOKENS=24", cwd=tmp_path)
    rollouts = rows(tmp_path / "runs/grpo/rollouts.jsonl")
    answers = rows(tmp_path / "runs/eval/answers.jsonl")
    for answered in (rollouts, answers):
        assert sum(row["answer"] in words for row in answered) > len(answered) / 2  # read, so asked for in this format
    decode = open_tokenizer(model).decode
    for text in [messages[0]["content"] for messages in told] + [decode(row["ids"]) for row in rollouts]:
        for name in MARKERS:
            assert (f"the final answer as {wrap_answer('answer', name)}." in text) == (name == marker)
