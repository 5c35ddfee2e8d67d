"""The optimizer around an adapter: what it touches, how it clips and scales, and what a checkpoint must bring back."""
import json

import pytest
import torch
from conftest import TWO_CALLS
from transformers import Qwen2Config

from tasks.engine.model import device, open_model, trained_parameters, with_adapter
from tasks.engine.scoring import pad, token_logprobs, token_values, value_head
from tasks.engine.training import Trainer, plot, show_stages, speed
from tasks.episode import render


@pytest.fixture
def batch(chat):
    """Trajectories of different lengths, padded."""
    episodes = [render(chat, TWO_CALLS[:length]) for length in (6, 2)]
    return pad([e.ids for e in episodes], [e.mask for e in episodes])


def loss(trainer, batch):
    """Anything with a gradient of ordinary size."""
    return -token_logprobs(trainer.model, *batch)[0].mean()


def flat_gradient(trainer) -> torch.Tensor:
    return torch.cat([weight.grad.flatten() for weight in trainer.weights])


def copied(parameters: dict) -> dict:
    return {name: weight.detach().clone() for name, weight in parameters.items()}


def what_changed(before: dict, model) -> set[str]:
    """Names of the adapters with a weight that is no longer as `before` says; "base" for weights of none."""
    return {next((adapter for adapter in ("default", "ref", "critic") if f".{adapter}." in name), "base")
            for name, weight in model.named_parameters() if not torch.equal(before[name], weight)}


def test_the_logged_learning_rate_is_the_optimizers(model, batch):
    trainer = Trainer(model)
    trainer.backward(loss(trainer, batch))
    trainer.update(3e-4, 1.0)
    assert [group["lr"] for group in trainer.optimizer.param_groups] == [3e-4] and trainer.learning_rate() == 3e-4


def test_a_gradient_that_is_no_number_changes_no_weight(model, batch):
    trainer = Trainer(model)
    before = copied(trainer.named)
    trainer.backward(loss(trainer, batch) * float("nan"))
    norm = trainer.update(1e-2, 1.0)
    assert norm != norm and all(torch.equal(before[name], weight) for name, weight in trainer.named.items())


def test_ten_steps_in_a_row_whose_gradient_is_no_number_end_the_run(model, batch, capsys):
    trainer, bad = Trainer(model), [True] * 9 + [False] + [True] * 10
    for number, is_bad in enumerate(bad):
        trainer.backward(loss(trainer, batch) * (float("inf") if is_bad else 1.0))
        if number < len(bad) - 1:
            trainer.update(1e-4, 1.0)
    with pytest.raises(SystemExit):
        trainer.update(1e-4, 1.0)
    assert "no number" in capsys.readouterr().err


def seen_by_the_optimizer(trainer) -> list[torch.Tensor]:
    """Gradients as they are when the optimizer takes its steps from now on."""
    seen = []
    trainer.optimizer.register_step_pre_hook(lambda *_: seen.append(flat_gradient(trainer).clone()))
    return seen


def test_the_optimizer_gets_a_gradient_of_at_most_the_norm_that_is_allowed(model, batch):
    trainer = Trainer(model)
    seen = seen_by_the_optimizer(trainer)
    for allowed in (1e-3, 1e6, 0):  # 0: any
        trainer.backward(loss(trainer, batch))
        true = flat_gradient(trainer).clone()
        norm = trainer.update(1e-3, allowed)
        assert norm == pytest.approx(true.norm().item(), rel=1e-5) and 1e-3 < norm < 1e6
        torch.testing.assert_close(seen.pop(), true * min(1.0, (allowed or 1e6) / norm), rtol=1e-3, atol=1e-9)


def test_a_scaled_loss_gives_the_very_update_that_an_unscaled_one_gives(model, batch):
    """As with fp16 on a GPU: gradients are large while they are added up, and true again before they are clipped."""
    trainer = Trainer(model)
    start = copied(trainer.named)
    trainer.backward(loss(trainer, batch))
    plain, norm = flat_gradient(trainer).clone(), trainer.update(1e-3, 0.01)
    after = copied(trainer.named)
    other = Trainer(model)
    with torch.no_grad():
        for name, weight in other.named.items():
            weight.copy_(start[name])
    other.scaler = torch.amp.GradScaler(device().type, init_scale=1024.0)
    seen = seen_by_the_optimizer(other)
    other.backward(loss(other, batch))
    torch.testing.assert_close(flat_gradient(other), plain * 1024, rtol=1e-3, atol=1e-6)
    assert other.update(1e-3, 0.01) == pytest.approx(norm, rel=1e-5)
    assert seen[0].norm().item() == pytest.approx(0.01, rel=1e-3)
    assert all(torch.allclose(after[name], weight, atol=1e-6) for name, weight in other.named.items())


def critic_of(tiny) -> Trainer:
    torch.manual_seed(2)
    model = open_model(tiny, rank=8, critic=True)
    return Trainer(model, "critic", value_head(model))


@pytest.mark.parametrize("kind", ["policy", "critic"])
def test_a_checkpoint_brings_back_weights_optimizer_and_scaler(kind, tiny, model, batch, tmp_path):
    def fresh():
        trainer = Trainer(model) if kind == "policy" else critic_of(tiny)
        # It doubles at every step.
        trainer.scaler = torch.amp.GradScaler(device().type, init_scale=64.0, growth_interval=1)
        return trainer

    def step(trainer):
        with with_adapter(trainer.model, trainer.adapter):
            trainer.backward(loss(trainer, batch) if kind == "policy" else
                             (token_values(trainer.model, trainer.head, *batch) - 1).square().mean())
        trainer.update(1e-2, 1.0)

    first = fresh()
    for _ in range(2):
        step(first)
    first.save(tmp_path, 2)
    step(first)
    last = copied(first.named)
    with torch.no_grad():
        for weight in first.named.values():
            weight.zero_()
    second = fresh()
    assert second.load(None) == 0 and second.load(tmp_path) == 2 and second.scaler.get_scale() == 256.0
    step(second)
    assert second.scaler.get_scale() == 512.0 and last.keys() == second.named.keys()
    assert all(torch.equal(last[name], weight) for name, weight in second.named.items())


def test_the_best_weights_survive_worse_ones_and_a_checkpoint(model, batch, tmp_path):
    first = Trainer(model)
    first.keep_if_best(1, 0.5)
    best = copied(first.named)
    first.backward(loss(first, batch))
    first.update(1e-2, 1.0)
    first.keep_if_best(2, 0.6)
    first.save(tmp_path, 2)
    second = Trainer(model)
    assert second.load(tmp_path) == 2 and (second.best["step"], second.best["loss"]) == (1, 0.5)
    assert not all(torch.equal(best[name], weight) for name, weight in second.named.items())
    second.take(second.best["weights"])
    assert all(torch.equal(best[name], weight) for name, weight in second.named.items())
    second.keep_if_best(3, 0.4)
    assert second.best["step"] == 3


def test_an_adapter_is_saved_whole_or_not_at_all(model, tmp_path, monkeypatch):
    trainer = Trainer(model)
    for _ in range(2):
        trainer.save_adapter(str(tmp_path))
        assert (tmp_path / "adapter/adapter_model.safetensors").exists() and len(list(tmp_path.iterdir())) == 1

    def killed(folder, **_):
        folder.mkdir()
        (folder / "adapter_model.safetensors").write_text("half")
        raise KeyboardInterrupt
    monkeypatch.setattr(model, "save_pretrained", killed)
    with pytest.raises(KeyboardInterrupt):
        trainer.save_adapter(str(tmp_path))
    assert not (tmp_path / "adapter").exists()


@pytest.mark.parametrize("kept", [None, 0, 30, 0.5])
def test_a_checkpoint_that_is_not_whole_is_one_line(kept, model, tmp_path, capsys):
    """kept: of its file, bytes or a share; None: there is no file."""
    trainer = Trainer(model)
    trainer.save(tmp_path, 2)
    path = tmp_path / "default.pt"
    content = path.read_bytes()
    path.unlink()
    if kept is not None:
        path.write_bytes(content[:kept if isinstance(kept, int) else int(kept * len(content))])
    with pytest.raises(SystemExit) as stopped:
        trainer.load(tmp_path)
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and f"{tmp_path} is not whole" in error and error.count("\n") == 1


@pytest.mark.parametrize("gpu, share", [
    ("Tesla T4", "50%"), ("NVIDIA A100-SXM4-40GB", "10%"), ("NVIDIA L40S", "9%"), ("NVIDIA L4", "27%"),
    ("NVIDIA H100 PCIe", "4%"), ("NVIDIA H100 80GB HBM3", "3%"), ("NVIDIA GeForce RTX 4090", "20%"),
    ("NVIDIA T400", None), ("", None)])
def test_the_speed_of_a_step_as_a_share_of_what_the_gpu_could_do(gpu, share):
    """A 3B: 2.77e9 weights in its projections and 0.31e9 in its vocabulary layer, passed twice at 2 operations each."""
    config = Qwen2Config(hidden_size=2048, intermediate_size=11008, num_hidden_layers=36, num_attention_heads=16,
                         num_key_value_heads=2, vocab_size=151936)
    metrics = {"tokens": 10_000, "trained_tokens": 4_000, "padding": 0.123, "seconds": 4 * 2.8995e13 / (0.5 * 65e12)}
    assert speed(config, metrics, gpu) == f"{10_000 / metrics['seconds']:.0f} tokens/s, 12% padding" + (
        f", {share} of peak" if share else "")


def test_a_checkpoint_goes_on_in_another_precision(model, batch, tmp_path):
    """Written where gradients are not scaled (bf16, fp32), read where they are (fp16), and back."""
    plain, scaled = Trainer(model), Trainer(model)
    scaled.scaler = torch.amp.GradScaler(device().type, init_scale=512.0)
    assert not plain.scaler.is_enabled() and scaled.scaler.is_enabled()
    plain.save(tmp_path, 3)
    assert scaled.load(tmp_path) == 3
    scaled.backward(loss(scaled, batch))
    assert scaled.update(1e-3, 1.0) < 1e6 and scaled.scaler.get_scale() == 512.0
    scaled.save(tmp_path, 4)
    assert plain.load(tmp_path) == 4


def test_each_trainer_changes_its_own_adapter_and_nothing_else(tiny, model, batch, tmp_path):
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    model = open_model(tiny, rank=8, adapter=str(tmp_path), reference=True, critic=True)
    assert {name for name, weight in model.named_parameters() if weight.requires_grad} == set(trained_parameters(model))
    policy, critic = Trainer(model), Trainer(model, "critic", value_head(model))
    torch.nn.init.ones_(critic.head.weight)
    before = copied(dict(model.named_parameters()))
    with with_adapter(model, "critic"):
        critic.backward(token_values(model, critic.head, *batch).square().mean())
    assert all(weight.grad is None for weight in policy.weights)
    critic.update(1e-2, 1.0)
    assert what_changed(before, model) == {"critic"} and not (critic.head.weight == 1).all()
    before, head = copied(dict(model.named_parameters())), critic.head.weight.detach().clone()
    policy.backward(loss(policy, batch))
    assert all(weight.grad is None for weight in critic.weights)
    policy.update(1e-2, 1.0)
    assert what_changed(before, model) == {"default"} and torch.equal(head, critic.head.weight)


def test_an_adapter_is_lent_and_given_back_whatever_happens(tiny, model, batch, tmp_path):
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    model = open_model(tiny, rank=8, adapter=str(tmp_path), reference=True)
    with torch.no_grad():
        policy = token_logprobs(model, *batch)[0]
        for name in ("ref", None):
            with pytest.raises(KeyboardInterrupt), with_adapter(model, name):
                raise KeyboardInterrupt
            assert token_logprobs(model, *batch)[0].equal(policy)
            assert all(weight.requires_grad for weight in trained_parameters(model).values())
        with with_adapter(model, None):
            base = token_logprobs(model, *batch)[0]
    bare = open_model(tiny, rank=8)  # a fresh adapter adds nothing
    with torch.no_grad():
        assert token_logprobs(bare, *batch)[0].equal(base) and not torch.allclose(base, policy, atol=1e-3)


def test_values_are_those_of_the_state_before_each_sampled_token(tiny, chat):
    critic = critic_of(tiny)
    torch.nn.init.normal_(critic.head.weight)
    episodes = [render(chat, TWO_CALLS[:length]) for length in (4, 6)]
    with torch.no_grad(), with_adapter(critic.model, "critic"):
        values = token_values(critic.model, critic.head, *pad([e.ids for e in episodes], [e.mask for e in episodes]))
        expected = []
        for episode in episodes:
            ids = torch.tensor([episode.ids], device=device())
            states = critic.model(input_ids=ids, output_hidden_states=True).hidden_states[-1][0]
            expected += [critic.head(states[place - 1]) for place, mask in enumerate(episode.mask) if mask]
    torch.testing.assert_close(values, torch.cat(expected), atol=1e-4, rtol=1e-4)


def test_curves_are_drawn_as_they_grow_with_gaps_and_stages(tmp_path):
    sizes = []
    for count in (1, 6):
        rows = [{"step": step + 1, "stage": step // 3 + 1, "reward": step / 6} | ({"kl": 0.1} if step % 2 else {})
                for step in range(count)]
        (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        plot(f"{tmp_path}/metrics.jsonl", f"{tmp_path}/a.png", {"reward": ["reward"], "kl": ["kl"], "none": ["x"]})
        sizes.append((tmp_path / "a.png").stat().st_size)
    assert sizes[1] > sizes[0] > 1000 and sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "metrics.jsonl"]


def test_a_curriculum_is_shown_stage_by_stage(tmp_path, capsys):
    show_stages(f"{tmp_path}/p.png", [[0.5, 0.5], [0.25], [0.0, 1.0, 1.0]], now=1)
    lines = [[word.strip() for word in line.split("|")] for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [["1", "2", "2", "0.50", "1.00 down to 1.00"],
                     ["2", "3", "1", "0.25", "0.75 down to 0.75   <- begins"],
                     ["3", "6", "3", "0.67", "0.00 down to 0.00"]]
    assert (tmp_path / "p.png").stat().st_size > 1000
