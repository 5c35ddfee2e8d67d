"""Two processes on a CPU, started by torchrun: together they are to do what one does alone."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import ROOT, run_script
from safetensors.torch import load_file

from tasks.engine import ranks
from tasks.engine.files import read_jsonl

# A learning rate and data at which a wrong gradient shows: 11 rows of unequal length, 4 to a step.
SMALL = ["BATCH=4", "EPOCHS=2", "RANK=8", "LEARNING_RATE=0.01", "MICRO_TOKENS=300", "CLIP_NORM=1000", "DATA=data.jsonl"]
STAGE_3 = str(ROOT / "03_sft.py")


def torchrun(script: str, *arguments: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess:
    """Run a script as two processes; fails when they hang."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", script, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120,
                          env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"})
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done


def metrics(folder: Path) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "seconds"}
            for row in read_jsonl(str(folder / "metrics.jsonl"), "")]


def assert_same_run(first: Path, second: Path):
    """Equal metrics and adapters, but for the rounding of sums in another order."""
    for one, other in zip(metrics(first), metrics(second), strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    one, other = (load_file(folder / "adapter/adapter_model.safetensors") for folder in (first, second))
    assert one.keys() == other.keys()
    for name in one:
        torch.testing.assert_close(one[name], other[name], atol=2e-5, rtol=0)


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
    run_script("03", f"MODEL={tiny}", *SMALL, "RUN=one", cwd=folder)
    return folder


def test_two_ranks_make_the_run_of_one_and_the_first_alone_decides_when_to_stop(tiny, folder):
    # To the second rank its hours are over from the start: heeding that, it would leave the first waiting for ever.
    (folder / "start.py").write_text(
        "import os, sys\nfrom conftest import script\n"
        "sys.argv += ['MAX_HOURS=0'] if os.environ['RANK'] == '1' else []\nscript('03').main()\n")
    printed = torchrun("start.py", f"MODEL={tiny}", *SMALL, "RUN=two", cwd=folder).stdout
    assert printed.count("step    1/") == printed.count("wrote two/adapter") == 1
    assert_same_run(folder / "one", folder / "two")


def test_a_run_begun_by_two_ranks_goes_on_with_two_and_with_one(tiny, folder):
    arguments = [f"MODEL={tiny}", *SMALL, "RUN=both"]
    for steps in (1, 2):
        printed = torchrun(STAGE_3, *arguments, "MAX_HOURS=0", cwd=folder).stdout
        assert printed.count("stopped before MAX_HOURS") == 1 and len(metrics(folder / "both")) == steps
    run_script("03", *arguments, cwd=folder)
    assert_same_run(folder / "one", folder / "both")


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
from pathlib import Path
import torch
from tasks.engine import ranks
from tasks.engine.files import append_jsonl, save_checkpoint, write_text
from tasks.engine.model import adapter_weights, open_model
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

    torch.manual_seed(0)
    trainer = Trainer(open_model(sys.argv[1], rank=8))
    trainer.scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    before = adapter_weights(trainer.model)
    trainer.backward(sum(weight.sum() for weight in trainer.weights) * (1.0 if ranks.FIRST else float("inf")))
    trainer.update(0.1, 1.0)  # skipped: the second rank's gradient overflowed
    result["scale"] = trainer.scaler.get_scale()
    result["kept"] = all(torch.equal(before[name], weight) for name, weight in adapter_weights(trainer.model).items())
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
