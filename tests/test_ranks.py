"""Two processes on a CPU, started by torchrun: together they are to do what one does alone."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import PROGRAM, ROOT, SUM, make_model, run_script, teach
from safetensors.torch import load_file

from tasks.engine import ranks
from tasks.engine.files import read_jsonl

# A learning rate and data at which a wrong gradient shows: 11 rows of unequal length, 4 to a step and 3 to validate.
SMALL = ["BATCH=4", "EPOCHS=2", "RANK=8", "LEARNING_RATE=0.01", "MICRO_TOKENS=300", "CLIP_NORM=1000", "DATA=data.jsonl",
         "VALIDATION=0.3", "HANDFUL=3", "EVAL_EVERY=2", "KEEP_BEST=True", "CPU_BF16=False"]
STAGE_3 = str(ROOT / "03_sft.py")
ON_CPU = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}  # whatever GPUs are here


def torchrun(script: str, *arguments: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess:
    """Run a script as two processes; fails when they hang."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", script, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=ON_CPU)
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done


def metrics(folder: Path) -> list[dict]:
    """All but the time that a step took, and what it computed, which depends on who shares a batch; nan for null."""
    return [{name: float("nan") if value is None else value for name, value in row.items()
             if "seconds" not in name and name not in ("padding", "tokens")}
            for row in read_jsonl(str(folder / "metrics.jsonl"), "")]


def assert_same_run(first: Path, second: Path, rel: float = 1e-5, atol: float = 2e-5, odd: float = 0.0):
    """Equal metrics and adapters, but for the rounding of sums in another order.

    rel: of the metrics; atol: of the adapters; odd: share of their weights that may be further apart, since Adam moves
    a weight by the whole learning rate, either way, also where its gradient is nothing but rounding
    """
    for one, other in zip(metrics(first), metrics(second), strict=True):
        assert one == pytest.approx(other, rel=rel, abs=1e-5, nan_ok=True)
    one, other = (load_file(folder / "adapter/adapter_model.safetensors") for folder in (first, second))
    assert one.keys() == other.keys()
    for name in one:
        assert ((one[name] - other[name]).abs() > atol).float().mean() <= odd, name


@pytest.fixture(scope="module")
def folder(tiny, tmp_path_factory) -> Path:
    """A folder with data, and with the run that one process made of them."""
    folder = tmp_path_factory.mktemp("ranks")
    rows = [{"id": str(number), "messages": [
        {"role": "user", "content": "How much? " * (number % 4 + 1)},
        {"role": "assistant", "content": f"```python\nprint({number})\n```"},
        {"role": "user", "content": f"Code Execution Results:\n{number}"},
        {"role": "assistant", "content": f"<<<{'so ' * number ** 2}>>>"}]} for number in range(11)]
    (folder / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run_script("03", f"MODEL={tiny}", *SMALL, "RUN=one", cwd=folder, env=ON_CPU)
    return folder


def test_two_ranks_make_the_run_of_one_and_the_first_alone_decides_when_to_stop(tiny, folder):
    # To the second rank its hours are over from the start: heeding that, it would leave the first waiting for ever.
    # And none of the group's threads outlives it: at the end of the process one may abort that.
    (folder / "start.py").write_text(
        "import os, sys\nfrom pathlib import Path\nfrom conftest import script\n"
        "sys.argv += ['MAX_HOURS=0'] if os.environ['RANK'] == '1' else []\nscript('03').main()\n"
        "assert 'gloo' not in ''.join(path.read_text() for path in Path('/proc/self/task').glob('*/comm'))\n")
    printed = torchrun("start.py", f"MODEL={tiny}", *SMALL, "RUN=two", cwd=folder).stdout
    assert printed.count("step    1/") == printed.count("wrote two/adapter") == 1
    assert ["valid_loss" in step for step in metrics(folder / "one")] == [False, True] * 2
    assert_same_run(folder / "one", folder / "two", odd=0.002)  # two of 1,024


@pytest.mark.exhaustive  # what is new in it to the test above: how pairs are shared
def test_two_ranks_prefer_what_one_prefers(folder, tmp_path):
    rows = [{"id": str(number), "messages": [{"role": "user", "content": "How much? " * (number % 4 + 1)}],
             "chosen": f"<<<{'so ' * number}>>>", "rejected": "no " * (11 - number)} for number in range(11)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = [*SMALL, "OBJECTIVE=dpo", f"START={folder / 'one'}", "DPO_LEARNING_RATE=0.003", "SFT_WEIGHT=0.1"]
    run_script("03", *arguments, "RUN=one", cwd=tmp_path, env=ON_CPU)
    torchrun(STAGE_3, *arguments, "RUN=two", cwd=tmp_path)
    assert_same_run(tmp_path / "one", tmp_path / "two", atol=5e-4, odd=0.01)
    assert metrics(tmp_path / "one")[-1]["margin"] > 0.1


@pytest.mark.exhaustive
def test_a_run_begun_by_two_ranks_goes_on_with_two_and_with_one(tiny, folder):
    arguments = [f"MODEL={tiny}", *SMALL, "RUN=both"]
    for steps in (1, 2):
        printed = torchrun(STAGE_3, *arguments, "MAX_HOURS=0", cwd=folder).stdout
        assert printed.count("stopped before MAX_HOURS") == 1 and len(metrics(folder / "both")) == steps
    run_script("03", *arguments, cwd=folder, env=ON_CPU)
    assert_same_run(folder / "one", folder / "both", odd=0.002)


@pytest.fixture(scope="module")
def sums(tmp_path_factory) -> Path:
    """A folder with questions, and a model that answers them right or wrong, with and without a program."""
    folder = tmp_path_factory.mktemp("sums")
    rows = [{"id": f"sum {number}", "task": "bbh/multistep_arithmetic_two", "split": "train", "seed": number,
             "difficulty": 0.0, "question": SUM, "answer": "4", "data": {}} for number in range(8)]
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    teach(make_model(str(folder / "model")), SUM,
          [["<<<4>>>"], ["It may well be\n<<<5>>>"], [PROGRAM.format("2 + 2"), "<<<4>>>"]])
    return folder


# 9 episodes to a step, which two ranks cannot share evenly.
SMALL_4 = ["SFT=", "MODEL=model", "RANK=8", "DATA=train.jsonl", "STEPS=2", "QUESTIONS=3", "GROUP=3", "TURN_TOKENS=40",
           "LEARNING_RATE=0.01", "MICRO_TOKENS=300", "CLIP_NORM=1000", "KL_COEF=0.1", "OVERLAP=False"]


@pytest.mark.exhaustive  # the next test has its gradients
@pytest.mark.parametrize("more, hours", [
    (["MAX_RESAMPLE=3"], ["0", "9"]),
    (["STAGES=2", "POTENTIAL_SAMPLES=3", "POTENTIAL_QUESTIONS=7"], ["9"]),
    (["ALGORITHM=ppo", "CRITIC_WARMUP=0", "PASSES=2", "CRITIC_LEARNING_RATE=0.01"], ["9"])])
def test_stage_4_of_two_ranks_is_that_of_one_also_when_it_was_stopped(sums, tmp_path, more, hours):
    for name in ("model", "train.jsonl"):
        (tmp_path / name).symlink_to(sums / name)
    run_script("04", *SMALL_4, *more, "RUN=one", cwd=tmp_path, env=ON_CPU)
    for number, limit in enumerate(hours, 1):
        done = torchrun(str(ROOT / "04_grpo.py"), *SMALL_4, *more, f"MAX_HOURS={limit}", "RUN=two", cwd=tmp_path)
        assert len(metrics(tmp_path / "two")) == (number if limit == "0" else 2)
        assert done.stdout.count("stopped before MAX_HOURS") == (limit == "0")
    assert done.stdout.count("wrote two/adapter") == 1 and (tmp_path / "two/reward.png").exists()
    assert any("kl" in step and step["no_variance"] < 1 for step in metrics(tmp_path / "one"))
    for name in ("rollouts.jsonl", *["potential.jsonl"] * ("STAGES=2" in more)):
        one, two = ([{key: row.get(key) for key in ("step", "id", "ids", "mask", "reward", "p")}
                     for row in read_jsonl(str(tmp_path / run / name), "")] for run in ("one", "two"))
        assert one == two
    # The optimizer's eight bits may round another way, too, which is worth some percent of the learning rate.
    assert_same_run(tmp_path / "one", tmp_path / "two", rel=1e-4, atol=5e-4, odd=0.01)


WORKER_4 = """
import json, sys
from pathlib import Path
import torch
from conftest import TWO_CALLS, script
from tasks.engine import ranks, training
from tasks.engine.model import open_model, open_tokenizer
from tasks.engine.scoring import value_head
from tasks.episode import Chat, render

with ranks.together():
    grpo, result = script("04"), []
    grpo.GAMMA, grpo.LAMBDA = 0.9, 0.9
    grpo.SFT, grpo.PASSES, grpo.LEARNING_RATE, grpo.CRITIC_LEARNING_RATE, grpo.KL_COEF = "", 2, 0.01, 0.01, 0.1
    training.compute_dtype = lambda: torch.float16  # gradients are scaled, as on a T4
    chat = Chat(open_tokenizer(sys.argv[1]))
    for count in (1, 2, 5):
        torch.manual_seed(0)
        model = open_model(sys.argv[1], rank=8, reference=True, critic=True)
        policy, critic = training.Trainer(model), training.Trainer(model, "critic", value_head(model))
        lessons = []
        for row in range(count):
            episode = render(chat, TWO_CALLS[:2 + 2 * (row % 3)])
            episode.logprobs = [-6.0 - row] * len(episode.ids)
            weight = 1 / (40 * count)
            lessons.append(grpo.Lesson(episode, (row + 1) % 2, weight, torch.full((sum(episode.mask),), 1.0 - row)))
        for advantages in ("given", "of the critic"):
            if advantages == "of the critic":
                result.append(grpo.criticise(critic, lessons))
            result.append(grpo.learn(policy, lessons))
        for trainer in (policy, critic):
            result.append({"weights": sum(weight.double().abs().sum().item() for weight in trainer.weights)})
    Path(f"result of {ranks.PROCESS} of {ranks.PROCESSES}").write_text(json.dumps(result))
"""


def test_policy_and_critic_learn_from_all_lessons_alike_also_where_a_rank_has_none(tiny, tmp_path):
    (tmp_path / "worker.py").write_text(WORKER_4)
    subprocess.run([sys.executable, "worker.py", tiny], cwd=tmp_path, check=True, env=ON_CPU)
    torchrun("worker.py", tiny, cwd=tmp_path)
    one, first, second = (json.loads((tmp_path / f"result of {name}").read_text())
                          for name in ("0 of 1", "0 of 2", "1 of 2"))
    assert first == second and len(first) == 15
    for alone, together in zip(one, first):
        assert alone == pytest.approx(together, rel=1e-4, abs=1e-5) and alone.get("grad_norm", 1) > 0


@pytest.mark.parametrize("who", ["True", "not ranks.FIRST"])
def test_an_error_is_said_once_and_ends_all(who, tmp_path):
    """Of all ranks at the same moment, or of the second while the first waits for it."""
    (tmp_path / "worker.py").write_text(
        "from tasks.engine import ranks\nfrom tasks.engine.constants import stop\n"
        "with ranks.together():\n"
        "    ranks.everyones(1)\n"
        f"    if {who}:\n"
        "        stop('something is missing')\n"
        "    ranks.everyones(1)\n")
    done = torchrun("worker.py", cwd=tmp_path, check=False)
    assert done.returncode and done.stderr.count("error: something is missing") == 1


WORKER = """
import json, sys
from datetime import timedelta
from pathlib import Path
import torch
from tasks.engine import ranks
from tasks.engine.files import append_jsonl, save_checkpoint, write_text
from tasks.engine.model import open_model
from tasks.engine.training import Trainer

with ranks.together():
    print("hello")
    append_jsonl("lines.jsonl", [{"rank": ranks.PROCESS}])
    save_checkpoint("run", lambda folder: write_text(folder / "rank", str(ranks.PROCESS)))
    result = {"everyones": ranks.everyones(ranks.PROCESS), "firsts": ranks.firsts(lambda: ranks.PROCESS),
              "gathered": ranks.gather({row: f"row {row}" for row in ranks.share([5, 9, 2, 2])})}

    lacking, given = torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2))
    given.grad = torch.tensor([1.0, 10.0]) * (ranks.PROCESS + 1)
    if ranks.FIRST:
        lacking.grad = torch.tensor([3.0, 4.0])
    ranks.add_gradients([lacking, given])
    result["gradients"] = [lacking.grad.tolist(), given.grad.tolist()]

    # A group of this rank alone, as a vLLM under it begins one: it does not look for torchrun's.
    next(torch.distributed.rendezvous("tcp://127.0.0.1:0", 0, 1, timeout=timedelta(seconds=5)))

    torch.manual_seed(0)
    trainer = Trainer(open_model(sys.argv[1], rank=8))
    trainer.scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    before = [weight.detach().clone() for weight in trainer.weights]
    trainer.backward(sum(weight.sum() for weight in trainer.weights) * (1.0 if ranks.FIRST else float("inf")))
    trainer.update(0.1, 1.0)  # skipped: the second rank's gradient overflowed
    result["scale"] = trainer.scaler.get_scale()
    result["kept"] = all(map(torch.equal, before, trainer.weights))
    trainer.backward(sum((weight ** 2).sum() for weight in trainer.weights) * (ranks.PROCESS + 1))
    result["norm"] = trainer.update(0.1, 1.0)
    result["weights"] = sum(weight.double().sum().item() for weight in trainer.weights)
    Path(f"result{ranks.PROCESS}").write_text(json.dumps(result))
"""


def test_what_ranks_do_together(tiny, tmp_path):
    (tmp_path / "worker.py").write_text(WORKER)
    assert torchrun("worker.py", tiny, cwd=tmp_path).stdout.count("hello") == 1
    first, second = (json.loads((tmp_path / f"result{rank}").read_text()) for rank in (0, 1))
    assert first == second  # bit for bit: else the ranks' adapters would part in the long run
    assert first["everyones"] == [0, 1] and first["firsts"] == 0
    assert first["gathered"] == ["row 0", "row 1", "row 2", "row 3"]
    assert first["gradients"] == [[3, 4], [3, 30]]
    assert first["scale"] == 2 and first["kept"] and first["norm"] > 0
    assert (tmp_path / "lines.jsonl").read_text() == '{"rank": 0}\n'
    assert (tmp_path / "run/checkpoint/rank").read_text() == "0"


@pytest.mark.parametrize("sizes", [[], [7], [5, 5, 5, 5], [100, 1, 1, 1, 50, 49], list(range(1, 32))])
def test_shares_part_the_rows_and_are_alike(sizes, monkeypatch):
    monkeypatch.setattr(ranks, "PROCESSES", 2)
    shares = []
    for process in (0, 1):
        monkeypatch.setattr(ranks, "PROCESS", process)
        shares.append(ranks.share(sizes))
    assert sorted(shares[0] + shares[1]) == list(range(len(sizes))) and shares == [sorted(share) for share in shares]
    loads = [sum(sizes[row] for row in share) for share in shares]
    assert abs(loads[0] - loads[1]) <= min(sizes, default=0)


def test_alone_a_rank_has_all_rows_and_its_gradients_stay():
    weight = torch.nn.Parameter(torch.ones(2))
    ranks.add_gradients([weight])
    assert weight.grad is None and ranks.share([3, 9, 1]) == [0, 1, 2]
    assert ranks.everyones(5) == [5] and ranks.gather({1: "b", 0: "a"}) == ["a", "b"]
