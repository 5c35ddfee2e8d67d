"""The objective of stage 4 against Python floats, and the bugs that scripts of this kind have had."""
import math
import random

import pytest
import torch
from conftest import TWO_CALLS, script

from tasks.engine.model import open_model
from tasks.engine.training import Trainer
from tasks.episode import render

grpo = script("04")


def slow_loss(logprobs, old, ref, sampled, advantages, weights, low, high, beta, cap):
    """-J token by token, from the formulas in the docstring of stage 4."""
    total = 0.0
    for new, was, base, drawn, advantage, weight in zip(logprobs, old, ref, sampled, advantages, weights):
        rho = math.exp(new - was)
        k3 = math.exp(base - new) - (base - new) - 1
        gain = min(rho * advantage, min(max(rho, 1 - low), 1 + high) * advantage)
        total -= weight * (min(math.exp(was - drawn), cap) * gain - beta * k3)
    return total


@pytest.mark.parametrize("seed", range(5))
def test_loss_equals_the_slow_reference(seed):
    rng = random.Random(seed)
    columns = [[rng.uniform(-3, 0) for _ in range(40)] for _ in range(4)]
    columns += [[rng.gauss(0, 1) for _ in range(40)], [rng.random() for _ in range(40)]]
    limits = (0.2, 0.28, 0.05, 2.0)
    loss, metrics = grpo.grpo_loss(*(torch.tensor(column, dtype=torch.double) for column in columns), *limits)
    assert loss.item() == pytest.approx(slow_loss(*columns, *limits), rel=1e-9)
    assert metrics["loss"] == pytest.approx(loss.item())


def test_clipping_stops_the_gradient_of_what_went_far_enough_and_only_that():
    old = torch.zeros(4)
    new = torch.tensor([0.5, 0.5, -0.5, -0.5], requires_grad=True)  # ratios 1.65, 1.65, 0.61, 0.61
    advantages = torch.tensor([1.0, -1.0, 1.0, -1.0])
    loss, metrics = grpo.grpo_loss(new, old, new.detach(), old, advantages, torch.full((4,), 0.25), 0.2, 0.28, 0.0, 2.0)
    loss.backward()
    assert (new.grad == 0).tolist() == [True, False, False, True]
    assert metrics["clipped_high"] == metrics["clipped_low"] == 0.25


def test_advantages_by_hand():
    rewards = torch.tensor([[1.0, 0, 0, 0], [1, 1, 1, 1]])
    std = math.sqrt(3) / 4
    expected = [[0.75 / std, -0.25 / std, -0.25 / std, -0.25 / std], [0, 0, 0, 0]]
    torch.testing.assert_close(grpo.group_advantages(rewards, "std"), torch.tensor(expected), atol=1e-4, rtol=1e-4)
    assert grpo.group_advantages(rewards, "none")[0].tolist() == [0.75, -0.25, -0.25, -0.25]


def test_token_weights_by_hand():
    assert grpo.token_weights([1, 3], "token", 10) == [0.25, 0.25]
    assert grpo.token_weights([1, 3], "sequence", 10) == pytest.approx([0.5, 1 / 6])
    assert grpo.token_weights([1, 3], "constant", 10) == [0.05, 0.05]


@pytest.fixture
def group(chat, model, tmp_path, tiny):
    """A trainer with reference, and episodes of unequal length with tool output between sampled turns."""
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    trainer = Trainer(open_model(tiny, rank=8, adapter=str(tmp_path), reference=True))
    episodes = [render(chat, TWO_CALLS[:length]) for length in (2, 6, 4, 6)]
    for number, episode in enumerate(episodes):
        episode.logprobs = [-1.0 - 0.1 * number if mask else 0.0 for mask in episode.mask]
    return trainer, episodes, [1.0, -1.0, 0.5, -0.5]


def gradients(trainer, monkeypatch):
    """Let `learn` run without changing weights; the gradient that the optimizer would have got."""
    kept = {}

    def update(rate, clip_norm):
        kept["grad"] = torch.cat([weight.grad.flatten() for weight in trainer.weights])
        trainer.optimizer.zero_grad(set_to_none=True)
        return 0.0

    monkeypatch.setattr(trainer, "update", update)
    return kept


@pytest.mark.parametrize("kind", ["token", "sequence", "constant"])
def test_gradient_and_metrics_do_not_change_with_the_micro_batch(group, monkeypatch, kind):
    trainer, episodes, advantages = group
    kept, seen = gradients(trainer, monkeypatch), []
    monkeypatch.setattr(grpo, "LOSS", kind)
    for budget in (1, 400, 100_000):
        monkeypatch.setattr(grpo, "MICRO_TOKENS", budget)
        metrics = grpo.learn(trainer, episodes, advantages)
        seen.append((kept["grad"], metrics))
    assert seen[0][0].abs().max() > 0
    for grad, metrics in seen[1:]:
        torch.testing.assert_close(grad, seen[0][0], atol=1e-6, rtol=1e-3)
        assert metrics == pytest.approx(seen[0][1], rel=1e-3, abs=1e-5)


def test_tool_output_and_prompt_have_no_part_in_the_loss(group, monkeypatch):
    """Replacing log-probs that the sampler never gave (mask 0) by nonsense changes nothing."""
    trainer, episodes, advantages = group
    kept = gradients(trainer, monkeypatch)
    first = grpo.learn(trainer, episodes, advantages) | kept
    for episode in episodes:
        episode.logprobs = [value if mask else 99.0 for value, mask in zip(episode.logprobs, episode.mask)]
    second = grpo.learn(trainer, episodes, advantages) | kept
    assert first.pop("grad").equal(second.pop("grad")) and first == second


def test_learning_makes_the_better_answer_likelier_and_leaves_the_reference(group):
    trainer, episodes, _ = group
    good, bad = episodes[0], episodes[2]
    before = grpo.score(trainer.model, "default", [good, bad])
    reference = grpo.score(trainer.model, "ref", [good, bad])
    for _ in range(3):
        grpo.learn(trainer, [good, bad], [1.0, -1.0])
    after = grpo.score(trainer.model, "default", [good, bad])
    assert after[0].sum() - before[0].sum() > after[1].sum() - before[1].sum()
    assert all(a.equal(b) for a, b in zip(reference, grpo.score(trainer.model, "ref", [good, bad])))


def test_scoring_with_the_reference_leaves_the_policy_trainable(group):
    trainer, episodes, _ = group
    grpo.score(trainer.model, "ref", episodes)
    assert trainer.model.active_adapter == "default" and all(weight.requires_grad for weight in trainer.weights)


def test_several_passes_clip_against_the_policy_before_the_first(group, monkeypatch):
    trainer, episodes, advantages = group
    monkeypatch.setattr(grpo, "PASSES", 4)
    monkeypatch.setattr(grpo, "LEARNING_RATE", 0.02)
    metrics = grpo.learn(trainer, episodes, advantages)
    assert metrics["clipped_low"] + metrics["clipped_high"] > 0


def test_a_step_without_variance_trains_nothing(group):
    assert grpo.learn(group[0], [], []) == {}


def test_questions_of_a_step_depend_on_the_step_alone():
    rows = list(range(100))
    assert grpo.draw_questions(rows, 3) == grpo.draw_questions(rows, 3) != grpo.draw_questions(rows, 4)
