"""Stage 3's DPO: the loss of pairs, what is masked, what is trained, and what it refuses."""
import json
import math
import shutil
import sys
from os.path import commonprefix
from pathlib import Path

import pytest
import torch
from conftest import TWO_CALLS, computed_by, script
from safetensors.torch import load_file, save_file
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from tasks import dpo
from tasks.engine import ranks
from tasks.engine.files import read_jsonl, save_checkpoint
from tasks.engine.model import open_model, trained_parameters, with_adapter
from tasks.engine.training import Trainer
from tasks.episode import render

# Prefixes of other lengths; one pair of which a side is the beginning of the other; turns of one token and of many.
ROWS = [{"id": "x/0", "messages": TWO_CALLS[:1], "chosen": "<<<code>>>", "rejected": "<<<text>>>"},
        {"id": "x/1", "messages": TWO_CALLS[:3], "chosen": "Mend the error.", "rejected": "Mend the error. Then stop."},
        {"id": "x/2", "messages": TWO_CALLS[:5], "chosen": "Check it by a program, and count.", "rejected": "4"}]


@pytest.fixture(scope="module")
def start(tiny, tmp_path_factory) -> str:
    """A run of stage 3 to start from, whose adapter is not that of a fresh one."""
    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(2)
    model = open_model(tiny, rank=8)
    with torch.no_grad():
        for weight in trained_parameters(model).values():
            weight += 0.02 * torch.randn(weight.shape).to(weight)
    model.save_pretrained(str(folder / "adapter"))
    (folder / "constants.json").write_text(json.dumps({"MODEL": tiny, "RANK": 8, "FOUR_BIT": True, "MARKER": "angle"}))
    return str(folder)


@pytest.fixture
def stage(start):
    """Stage 3 with its constants set for DPO."""
    stage = script("03")
    stage.OBJECTIVE, stage.START, stage.BETA = "dpo", start, 0.5
    return stage


def opened(tiny, start: str) -> torch.nn.Module:
    torch.manual_seed(0)
    return open_model(tiny, 8, f"{start}/adapter" if start else None, reference=True)


def nudge(model):
    """Away from the reference."""
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in trained_parameters(model).values():
            weight += 0.02 * torch.randn(weight.shape).to(weight)


def slow_turn(model, adapter, episode) -> float:
    """log p of the last turn, token by token, from logits of an unpadded row, in Python floats."""
    with torch.no_grad(), with_adapter(model, adapter):
        logits = model(input_ids=torch.tensor([episode.ids], device=model.device)).logits[0].double()
    total, place = 0.0, len(episode.ids) - 1
    while episode.mask[place]:
        row = logits[place - 1].tolist()
        highest = max(row)
        total += row[episode.ids[place]] - highest - math.log(sum(math.exp(value - highest) for value in row))
        place -= 1
    return total


def log_sigma(value: float) -> float:
    return -math.log(1 + math.exp(-value))


def read(chat, rows=ROWS) -> list:
    return [dpo.read_pair(chat, row, "a row") for row in rows]


# --------------------------------------------------------------------------------------------------- the objective

def test_loss_and_gradient_by_hand():
    """Two pairs: at beta 0.5 a margin of 0.5 ((-3 + 4) - (-9 + 8)) = 1, and one of 0.5 ((-2 + 1) - (-5 + 6)) = -1."""
    chosen, rejected = (torch.tensor(values, requires_grad=True) for values in ([-3.0, -2.0], [-9.0, -5.0]))
    metrics = dpo.preference_loss(chosen, rejected, torch.tensor([-4.0, -1.0]), torch.tensor([-8.0, -6.0]),
                                torch.tensor([6, 4]), 0.5, 0.1)
    assert metrics["margin"].tolist() == [1.0, -1.0] and metrics["accuracy"].tolist() == [1.0, 0.0]
    assert metrics["dpo_loss"].tolist() == pytest.approx([0.3132617, 1.3132617])  # log(1 + 1/e), log(1 + e)
    assert metrics["loss"].tolist() == pytest.approx([0.3132617 + 0.1 * 0.5, 1.3132617 + 0.1 * 0.5])
    metrics["loss"].sum().backward()
    pull = [0.5 * 0.2689414, 0.5 * 0.7310586]  # beta sigma(-margin)
    assert rejected.grad.tolist() == pytest.approx(pull)
    assert chosen.grad.tolist() == pytest.approx([-pull[0] - 0.1 / 6, -pull[1] - 0.1 / 4])


@pytest.mark.parametrize("begins", ["at an adapter", "at the base"])
def test_metrics_and_gradient_are_those_of_a_slow_reference(begins, stage, start, tiny, chat, monkeypatch):
    monkeypatch.setattr(stage, "START", start if begins == "at an adapter" else "")
    monkeypatch.setattr(stage, "SFT_WEIGHT", 0.3)
    model, pairs = opened(tiny, stage.START), read(chat)
    nudge(model)
    reference, expected = "ref" if stage.START else None, []
    for pair in pairs:
        (w, ref_w), (l, ref_l) = ([slow_turn(model, adapter, side) for adapter in ("default", reference)]
                                  for side in pair)
        margin = 0.5 * ((w - ref_w) - (l - ref_l))
        expected.append({"loss": -log_sigma(margin) - 0.3 * w / sum(pair.chosen.mask), "dpo_loss": -log_sigma(margin),
                         "sft_loss": -w / sum(pair.chosen.mask), "margin": margin, "accuracy": float(margin > 0),
                         "chosen": w, "rejected": l})
    gradients = []
    for budget in (1, 300, 100_000):  # by itself, two together, all together
        monkeypatch.setattr(stage, "MICRO_TOKENS", budget)
        metrics = stage.pass_over(model, pairs, lambda loss: loss.backward())
        for name in expected[0]:
            assert metrics[name] == pytest.approx(sum(row[name] for row in expected) / 3, rel=1e-4, abs=1e-4), name
        gradients.append(torch.cat([weight.grad.flatten() for weight in trained_parameters(model).values()]))
        model.zero_grad()
    for gradient in gradients[1:]:
        torch.testing.assert_close(gradient, gradients[0], atol=1e-5, rtol=1e-3)
    losses, step = [], 1e-3 / gradients[0].norm()  # and along the gradient the loss changes as fast as it is long
    for sign in (-1, 2):  # one step down, and from there two up
        with torch.no_grad():
            weights = trained_parameters(model).values()
            vector_to_parameters(parameters_to_vector(weights) + sign * step * gradients[0], weights)
            losses.append(stage.pass_over(model, pairs)["loss"])
    assert losses[1] - losses[0] == pytest.approx(2e-3 * gradients[0].norm().item(), rel=0.05)


@pytest.mark.parametrize("begins", ["at an adapter", "at the base"])
def test_where_the_policy_is_the_reference_margins_are_zero_and_the_loss_is_log_2(begins, stage, start, tiny, chat,
                                                                                    monkeypatch):
    monkeypatch.setattr(stage, "START", start if begins == "at an adapter" else "")
    model = opened(tiny, stage.START)
    for budget in (1, 100_000):
        monkeypatch.setattr(stage, "MICRO_TOKENS", budget)
        metrics = stage.pass_over(model, read(chat))
        assert metrics["margin"] == 0 and metrics["accuracy"] == 0.5
        assert metrics["loss"] == pytest.approx(math.log(2), rel=1e-7)


def test_the_policy_is_trained_and_the_start_is_not(stage, start, tiny, chat):
    trainer = Trainer(opened(tiny, start))
    before = {name: weight.detach().clone() for name, weight in trainer.model.named_parameters()}
    stage.train_step(trainer, read(chat), 1e-2)
    changed = {name for name, weight in trainer.model.named_parameters() if not torch.equal(weight, before[name])}
    assert changed == set(trainer.named) and all(".default." in name for name in changed)
    stage.pass_over(trainer.model, read(chat), trainer.backward)
    assert {name for name, weight in trainer.model.named_parameters() if weight.grad is not None} == changed


def test_the_mask_is_the_two_turns_and_nothing_before_them(chat):
    for row, pair in zip(ROWS, read(chat)):
        before = render(chat, row["messages"]).ids
        for side, text in zip(pair, (row["chosen"], row["rejected"])):
            assert side.ids[:len(before)] == before and not any(side.mask[:len(before)])
            assert all(side.mask[len(before):]) and side.ids[-1] == chat.end_of_turn
            assert chat.decode(side.ids[len(before):]) == text
        assert pair.chosen.ids is not pair.rejected.ids


def test_a_step_keeps_to_micro_tokens_and_counts_what_it_computes(stage, start, tiny, chat, monkeypatch):
    model, pairs = opened(tiny, start), read(chat)
    seen = computed_by(model)
    sizes = [sum(len(side.ids) for side in pair) - len(commonprefix([side.ids for side in pair])) for pair in pairs]
    monkeypatch.setattr(stage, "MICRO_TOKENS", 2 * max(sizes))  # two pairs fit, three do not
    metrics = stage.train_step(Trainer(model), pairs, 1e-3)
    assert len(seen) == 4 and max(seen) <= stage.MICRO_TOKENS  # two micro-batches under reference and policy
    assert metrics["tokens"] == sum(seen) / 2 and metrics["padding"] == 0
    assert metrics["trained_tokens"] == sum(sum(side.mask) for pair in pairs for side in pair)


def test_the_conversation_before_two_turns_is_computed_once(stage, start, tiny, chat):
    model, pairs = opened(tiny, start), read(chat)
    seen = computed_by(model)
    for pair in pairs:
        stage.pass_over(model, [pair])
        shared = len(commonprefix([side.ids for side in pair]))
        assert seen[-2:] == [sum(len(side.ids) for side in pair) - shared] * 2  # under reference and policy


def test_the_shares_of_two_ranks_add_up_to_the_step(stage, start, tiny, chat, monkeypatch):
    model, pairs, parts, gradients = opened(tiny, start), read(chat), [], []
    nudge(model)
    for process, processes in ((0, 1), (0, 2), (1, 2)):
        monkeypatch.setattr(ranks, "PROCESS", process)
        monkeypatch.setattr(ranks, "PROCESSES", processes)
        monkeypatch.setattr(ranks, "everyones", lambda value: [value])
        parts.append(stage.pass_over(model, pairs, lambda loss: loss.backward()))
        gradients.append(torch.cat([weight.grad.flatten() for weight in trained_parameters(model).values()]))
        model.zero_grad()
    whole, first, second = parts
    assert {name: first[name] + second[name] for name in whole if name != "padded"} == pytest.approx(
        {name: whole[name] for name in whole if name != "padded"}, rel=1e-4, abs=1e-5)
    torch.testing.assert_close(gradients[1] + gradients[2], gradients[0], atol=1e-5, rtol=1e-3)


def test_a_model_learns_to_prefer_the_chosen_turns(stage, start, tiny, chat):
    trainer, pairs = Trainer(opened(tiny, start)), read(chat)
    for _ in range(12):
        metrics = stage.train_step(trainer, pairs, 3e-3)
    assert metrics["accuracy"] == 1 and metrics["margin"] > 1 and metrics["loss"] < 0.3
    swapped = [dpo.Pair(pair.rejected, pair.chosen) for pair in pairs]
    assert stage.validate(trainer, swapped)["valid_accuracy"] == 0


def test_sft_beside_it_keeps_the_chosen_turns_likely(stage, start, tiny, chat, monkeypatch):
    chosen = {}
    for weight in (0.0, 1.0):
        monkeypatch.setattr(stage, "SFT_WEIGHT", weight)
        trainer = Trainer(opened(tiny, start))
        chosen[weight] = [stage.train_step(trainer, read(chat), 3e-3)["chosen"] for _ in range(6)]
    assert chosen[0.0][0] == chosen[1.0][0] and chosen[1.0][-1] > max(chosen[0.0][-1], chosen[1.0][0])


def test_a_run_that_goes_on_has_the_reference_of_its_start(stage, start, tiny, chat, tmp_path):
    whole, pairs = Trainer(opened(tiny, start)), read(chat)
    stage.train_step(whole, pairs, 1e-2)
    save_checkpoint(str(tmp_path), lambda folder: whole.save(folder, 1))
    resumed = Trainer(opened(tiny, start))
    assert resumed.load(tmp_path / "checkpoint") == 1
    one, other = (stage.train_step(trainer, pairs, 1e-2) | {"seconds": 0} for trainer in (whole, resumed))
    assert one == other and one["margin"] != 0
    assert all(map(torch.equal, whole.weights, resumed.weights))


def test_dpo_has_a_learning_rate_of_its_own(stage, monkeypatch):
    monkeypatch.setattr(stage, "DPO_LEARNING_RATE", 3.0)
    assert max(stage.learning_rate(step, 100) for step in range(100)) == 3
    monkeypatch.setattr(stage, "OBJECTIVE", "sft")
    assert max(stage.learning_rate(step, 100) for step in range(100)) == stage.LEARNING_RATE


# ------------------------------------------------------------------------------------------- a run, data and errors

def run(arguments: list[str], monkeypatch):
    """A script of its own, with these constants."""
    stage = script("03")
    monkeypatch.setattr(sys, "argv", ["03_sft.py", *arguments])
    stage.main()
    return stage


@pytest.mark.parametrize("objective", ["dpo", "sft"])
def test_a_run_begins_at_its_start_and_does_not_go_on_from_another(objective, start, tiny, chat, tmp_path, monkeypatch,
                                                                   capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(start, "start")
    told = [{"id": row["id"], "messages": [*row["messages"], {"role": "assistant", "content": row["chosen"]}]}
            for row in ROWS]
    given = [f"OBJECTIVE={objective}", "START=start", f"DATA={data(tmp_path, ROWS if objective == 'dpo' else told)}",
             "BATCH=3", "EPOCHS=2"]
    stage = run(given, monkeypatch)
    printed = capsys.readouterr().out
    assert f"2 steps of 3 {'pairs' if objective == 'dpo' else 'trajectories'}" in printed
    assert "RANK = 8 (inherited from start/constants.json)" in printed and "\033[32m" in printed
    first, _ = read_jsonl("runs/sft/metrics.jsonl", "")
    examples, _ = stage.load_data(chat)
    begun = stage.pass_over(opened(tiny, start), examples)
    assert {name: first[name] for name in begun if name in first} == pytest.approx({
        name: value for name, value in begun.items() if name in first}, rel=1e-5)
    weights = Path("start/adapter/adapter_model.safetensors")
    assert Path("runs/sft/loss.png").exists()
    assert load_file("runs/sft/adapter/adapter_model.safetensors").keys() == load_file(weights).keys()
    save_file({name: weight * 1.5 for name, weight in load_file(weights).items()}, weights)
    with pytest.raises(SystemExit):
        run(given, monkeypatch)
    assert "start/adapter changed since runs/sft was begun" in capsys.readouterr().err


def data(folder, rows) -> str:
    (folder / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return f"{folder}/pairs.jsonl"


def test_pairs_of_a_question_stay_together_and_long_ones_are_left_out(stage, chat, tmp_path, monkeypatch, capsys):
    rows = [ROWS[0] | {"id": f"x/{number}", "chosen": f"{way} {number}"} for way in ("a", "b") for number in range(100)]
    long = [ROWS[0] | {"id": "x/long", side: "on and on " * 300} for side in ("chosen", "rejected")]
    monkeypatch.setattr(stage, "DATA", data(tmp_path, rows + long))
    training, validation = stage.load_data(chat)
    assert [len(training), len(validation)] == [184, 16]
    numbers = [{chat.decode(pair.chosen.ids).split()[-1] for pair in part} for part in (training, validation)]
    assert not numbers[0] & numbers[1] and len(numbers[1]) == 8
    assert "184 pairs" in (printed := capsys.readouterr().out) and "2 left out as longer than" in printed


@pytest.mark.parametrize("change, says", [
    ({"chosen": None}, "is no pair"), ({"rejected": 4}, "is no pair"), ({"messages": []}, "is no pair"),
    ({"messages": TWO_CALLS[:2]}, "is no pair"), ({"messages": "What?"}, "is no pair"),
    ({"messages": [{"role": "user"}]}, "is no pair"), ({"chosen": "<<<text>>>"}, "chosen and rejected are the same")])
def test_a_row_that_is_no_pair_is_named(change, says, stage, chat, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stage, "DATA", data(tmp_path, [ROWS[1], ROWS[0] | change]))
    with pytest.raises(SystemExit):
        stage.load_data(chat)
    error, = capsys.readouterr().err.splitlines()
    assert "pairs.jsonl line 2 (x/0)" in error and says in error


@pytest.mark.parametrize("given, says", [
    (["OBJECTIVE=ppo"], "OBJECTIVE is one of sft, dpo, not 'ppo'"),
    (["OBJECTIVE=dpo", "START=nowhere"], "nowhere/adapter is missing; make it"),
    (["OBJECTIVE=dpo", "START={start}", "DATA=nothing.jsonl"], "with: python 02_synthesize.py METHOD=steer"),
    (["OBJECTIVE=dpo", "START={start}", "DATA={pairs}", "MAX_TOKENS=10"], "all 3 pairs of "),
    (["START={start}", "DATA={pairs}"], "line 1 (x/0) has no messages that end in an assistant")])
def test_what_is_wrong_is_said_in_one_line(given, says, start, tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    places = {"start": start, "pairs": data(tmp_path, ROWS)}
    with pytest.raises(SystemExit) as ended:
        run([f"MODEL={tiny}", *(text.format(**places) for text in given)], monkeypatch)
    assert ended.value.code == 2
    error, = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ") and says in error and not (tmp_path / "runs").exists()


def test_the_estimate_is_of_a_whole_pair(start, monkeypatch, capsys):
    run(["OBJECTIVE=dpo", f"START={start}", "ESTIMATE=True", "MICRO_TOKENS=1000", "MAX_TOKENS=700"], monkeypatch)
    assert "a step of 1400 tokens at once, adapters of rank 8" in capsys.readouterr().out
