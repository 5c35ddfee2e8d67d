"""Stage 4 against Python floats, and the bugs that scripts of this kind have had."""
import copy
import itertools
import json
import math
import random

import pytest
import torch
from conftest import TWO_CALLS, computed_by, script

import tasks
from tasks import ppo
from tasks.engine.files import Clock
from tasks.engine.model import device, open_model, trained_parameters, with_adapter
from tasks.engine.sampler import TransformersSampler
from tasks.engine.scoring import value_head
from tasks.engine.training import Trainer
from tasks.episode import Episode, render, with_output

grpo = script("04")


# ------------------------------------------------------------------------------------------------ pure functions

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
    loss, metrics = grpo.policy_loss(*(torch.tensor(column, dtype=torch.double) for column in columns), *limits)
    assert loss.item() == pytest.approx(slow_loss(*columns, *limits), rel=1e-9)
    assert metrics["loss"] == pytest.approx(loss.item())


def test_clipping_stops_the_gradient_of_what_went_far_enough_and_only_that():
    old = torch.zeros(4)
    new = torch.tensor([0.5, 0.5, -0.5, -0.5], requires_grad=True)  # ratios 1.65, 1.65, 0.61, 0.61
    advantages = torch.tensor([1.0, -1.0, 1.0, -1.0])
    quarter = torch.full((4,), 0.25)
    loss, metrics = grpo.policy_loss(new, old, new.detach(), old, advantages, quarter, 0.2, 0.28, 0.0, 2.0)
    loss.backward()
    assert (new.grad == 0).tolist() == [True, False, False, True]
    assert metrics["clipped_high"] == metrics["clipped_low"] == 0.25


def test_advantages_by_hand():
    rewards = torch.tensor([[1.0, 0, 0, 0], [1, 1, 1, 1]])
    everyone = torch.ones(2, 4, dtype=torch.bool)
    std = math.sqrt(3) / 4
    expected = [[0.75 / std, -0.25 / std, -0.25 / std, -0.25 / std], [0, 0, 0, 0]]
    torch.testing.assert_close(grpo.group_advantages(rewards, everyone, "std"), torch.tensor(expected), atol=1e-4,
                               rtol=1e-4)
    assert grpo.group_advantages(rewards, everyone, "none")[0].tolist() == [0.75, -0.25, -0.25, -0.25]


def test_advantages_of_a_group_do_not_know_whom_it_leaves_out():
    rewards = torch.tensor([[1.0, 0, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0]])
    counted = torch.tensor([[1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]]).bool()
    torch.testing.assert_close(grpo.group_advantages(rewards, counted, "std"),
                               torch.tensor([[1.0, -1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]), atol=1e-5, rtol=0)


def test_token_weights_by_hand():
    assert grpo.token_weights([1, 3], "token", 10) == [0.25, 0.25]
    assert grpo.token_weights([1, 3], "sequence", 10) == pytest.approx([0.5, 1 / 6])
    assert grpo.token_weights([1, 3], "constant", 10) == [0.05, 0.05]


def test_gae_by_hand():
    """delta_3 = 1 - 0.4; delta_2 = 0.9 x 0.4 - 0.2; delta_1 = 0.9 x 0.2 - 0.5; each step back 0.9 x 0.8 of the sum."""
    advantages, returns = ppo.gae([0.5, 0.2, 0.4], reward=1.0, gamma=0.9, lam=0.8)
    assert advantages == pytest.approx([-0.32 + 0.72 * 0.592, 0.16 + 0.72 * 0.6, 0.6])
    assert returns == pytest.approx([0.60624, 0.792, 1.0])
    assert ppo.gae([0.3, 0.9], 1.0, 1.0, 1.0) == (pytest.approx([0.7, 0.1]), pytest.approx([1.0, 1.0]))
    assert ppo.gae([0.3, 0.9], 0.0, 1.0, 0.0) == (pytest.approx([0.6, -0.9]), pytest.approx([0.9, 0.0]))


def test_value_loss_by_hand():
    """Error and held error: (0.5, 0.8), (0.5, 0.5), (0.1, 0.3); the larger of each squared, summed and halved."""
    old, returns = torch.tensor([0.0, 0.4, 0.5]), torch.tensor([1.0, 1.0, 1.0])
    values = torch.tensor([0.5, 0.5, 0.9], requires_grad=True)
    loss = ppo.value_loss(values, old, returns, clip=0.2)
    assert loss.item() == pytest.approx((0.64 + 0.25 + 0.09) / 2)
    loss.backward()
    assert values.grad.tolist() == pytest.approx([0, -0.5, 0])  # what went further than 0.2 towards its goal has done


# ------------------------------------------------------------------------------------------- a step, and its gradient

@pytest.fixture
def policy(tiny, model, tmp_path) -> Trainer:
    """A trainer whose policy is no longer its reference: every factor of the objective is at work."""
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    trainer = Trainer(open_model(tiny, rank=8, adapter=str(tmp_path), reference=True, critic=True))
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in trainer.weights:
            weight += 0.02 * torch.randn(weight.shape).to(weight)
    return trainer


@pytest.fixture
def groups(chat) -> list:
    """Four groups of two episodes of unequal length, most with tool output between sampled turns; two have variance."""
    rng, made = random.Random(1), []
    for rewards, lengths in (([1.0, 0.0], (2, 6)), ([1.0, 1.0], (4, 2)), ([0.0, 1.0], (6, 4)), ([0.0, 0.0], (6, 6))):
        episodes = [render(chat, TWO_CALLS[:length]) for length in lengths]
        for episode in episodes:
            episode.logprobs = [rng.uniform(-14, -1) if mask else 0.0 for mask in episode.mask]
        made.append(grpo.Group(tasks.make("bbh/navigate", len(made), 0.0, "train"), episodes, rewards))
    return made


class Stub:
    """Stands where a sampler stands, for steps whose rollouts are given."""

    def update(self, model):
        pass


def one_step(trainer, chat, groups, monkeypatch, critic=None, step=5):
    """`train_step` on given rollouts; (the gradient that the optimizer got, metrics), no weight being changed."""
    kept = []

    def update(rate, clip_norm):
        assert (rate, clip_norm) == (grpo.LEARNING_RATE, grpo.CLIP_NORM)
        kept.append(torch.cat([weight.grad.flatten() for weight in trainer.weights]))
        trainer.optimizer.zero_grad(set_to_none=True)
        return 0.0

    monkeypatch.setattr(trainer, "update", update)
    monkeypatch.setattr(grpo, "collect", lambda *_: (groups, {}))
    metrics, _ = grpo.train_step(trainer, critic, chat, Stub(), [], step)
    metrics.pop("train_seconds")
    return kept[-1] if kept else None, metrics


def full_logprobs(model, adapter, episode, temperature):
    """log p (T - 1,) of every token after the first, from the whole table of logits of one unpadded row."""
    ids = torch.tensor(episode.ids, device=model.device)
    with with_adapter(model, adapter):
        logits = model(input_ids=ids[None]).logits[0, :-1] / temperature
    return logits.log_softmax(-1).gather(-1, ids[1:, None]).squeeze(-1)


def slow_gradient(trainer, episodes, advantages, denominator, trained=None):
    """The gradient of -J for 1 pass, one token at a time. episodes: those of the step; trained: their loss masks."""
    loss = 0.0
    for episode, advantage, mask in zip(episodes, advantages, trained or [episode.mask for episode in episodes]):
        new = full_logprobs(trainer.model, "default", episode, grpo.TEMPERATURE)
        ref = full_logprobs(trainer.model, "ref" if grpo.SFT else None, episode, grpo.TEMPERATURE).detach()
        for place in range(1, len(episode.ids)):
            if advantage != 0 and mask[place]:
                lp, was = new[place - 1], new[place - 1].item()
                correction = min(math.exp(was - episode.logprobs[place]), grpo.IS_CAP) if episode.mask[place] else 1.0
                k3 = (ref[place - 1] - lp).exp() - (ref[place - 1] - lp) - 1
                loss = loss - (correction * (lp - was).exp() * advantage - grpo.KL_COEF * k3) / denominator
    loss.backward()
    gradient = torch.cat([weight.grad.flatten() for weight in trainer.weights])
    trainer.optimizer.zero_grad(set_to_none=True)
    return gradient


@pytest.fixture
def strong(monkeypatch):
    """Constants under which no factor of the objective is too weak to be seen."""
    for name, value in (("TEMPERATURE", 0.7), ("KL_COEF", 0.5), ("IS_CAP", 3.0), ("QUESTIONS", 4), ("GROUP", 2),
                        ("MICRO_TOKENS", 500)):
        monkeypatch.setattr(grpo, name, value)


def close(gradient, expected):
    assert expected.abs().max() > 1e-3
    torch.testing.assert_close(gradient, expected, atol=2e-3 * expected.abs().max().item(), rtol=1e-2)


HALF = [1, -1, 0, 0, -1, 1, 0, 0]  # the advantages in `groups`


@pytest.mark.parametrize("begin", ["warm", "cold"])
def test_gradient_of_a_step_half_of_whose_groups_have_no_variance(policy, chat, groups, strong, monkeypatch, begin):
    """By the formula as it is written: the denominator is the sampled tokens of all groups, useful or not."""
    monkeypatch.setattr(grpo, "SFT", "runs/sft" if begin == "warm" else "")
    episodes = [episode for group in groups for episode in group.episodes]
    before = copy.deepcopy(groups)
    gradient, metrics = one_step(policy, chat, groups, monkeypatch)
    close(gradient, slow_gradient(policy, episodes, HALF, sum(sum(episode.mask) for episode in episodes)))
    assert groups == before and metrics["no_variance"] == 0.5 and metrics["is_capped"] > 0


def test_weights_of_a_step_half_of_whose_groups_have_no_variance(chat, groups, monkeypatch):
    lengths = [sum(episode.mask) for group in groups for episode in group.episodes]
    monkeypatch.setattr(grpo, "TURN_TOKENS", 100)
    for kind, expected in (("token", [1 / sum(lengths)] * 8), ("constant", [1 / 800] * 8),
                           ("sequence", [1 / (8 * length) for length in lengths])):
        monkeypatch.setattr(grpo, "LOSS", kind)
        lessons = grpo.lessons_of(chat, groups)
        assert [lesson.weight for lesson in lessons] == pytest.approx(expected)
        assert [lesson.advantages[0].item() for lesson in lessons] == pytest.approx(HALF, abs=1e-5)
        assert [len(lesson.advantages) for lesson in lessons] == lengths


def results(chat, episode) -> str:
    """What mask and ids say the interpreter wrote, when its output is trained on."""
    extra = with_output(chat, episode)
    return chat.decode([token for token, was, now in zip(extra.ids, episode.mask, extra.mask) if now > was])


@pytest.mark.parametrize("fence", [False, True])
def test_output_that_is_trained_is_what_the_interpreter_wrote_and_no_more(chat, fence):
    """The same mask as stage 3 has for the same conversation, whoever ended the turn."""
    episode = render(chat, TWO_CALLS)
    assert with_output(chat, episode).mask == render(chat, TWO_CALLS, output_mask=1).mask
    if fence:  # the model stopped at the closing fence, so the environment ended its turn, unsampled
        episode.mask = [0 if token == chat.end_of_turn else mask for token, mask in zip(episode.ids, episode.mask)]
    assert results(chat, episode) == TWO_CALLS[2]["content"] + TWO_CALLS[4]["content"]
    unmasked = with_output(chat, episode)
    assert [math.isnan(value) for value in unmasked.logprobs] == [now > was for was, now in
                                                                   zip(episode.mask, unmasked.mask)]
    assert results(chat, render(chat, TWO_CALLS[:5])) == results(chat, episode)  # cut off before the model went on


def test_unmasked_output_enters_the_loss_with_an_importance_weight_of_one(policy, chat, groups, strong, monkeypatch):
    monkeypatch.setattr(grpo, "MASK_OUTPUT", False)
    episodes = [episode for group in groups for episode in group.episodes]
    trained = [render(chat, TWO_CALLS[:length], output_mask=1).mask for length in (2, 6, 4, 2, 6, 4, 6, 6)]
    assert sum(map(sum, trained)) > sum(sum(episode.mask) for episode in episodes)
    gradient, _ = one_step(policy, chat, groups, monkeypatch)
    close(gradient, slow_gradient(policy, episodes, HALF, sum(map(sum, trained)), trained))


def test_an_episode_that_is_left_out_is_neither_learned_from_nor_counted(policy, chat, groups, strong, monkeypatch):
    cut = groups[0].episodes[1]
    cut.truncated = True
    zero = one_step(policy, chat, groups, monkeypatch)[0]
    episodes = [episode for group in groups for episode in group.episodes if episode is not cut]
    monkeypatch.setattr(grpo, "TRUNCATED", "leave out")
    gradient, metrics = one_step(policy, chat, groups, monkeypatch)
    # Nobody is left in its group to compare with, so half of a group does not teach either.
    close(gradient, slow_gradient(policy, episodes, [0, 0, 0, -1, 1, 0, 0], sum(sum(e.mask) for e in episodes)))
    assert metrics["no_variance"] == 0.75 and not torch.allclose(gradient, zero, atol=1e-3)


@pytest.mark.parametrize("kind", ["token", "sequence", "constant"])
def test_gradient_and_metrics_do_not_change_with_the_micro_batch(policy, chat, groups, strong, monkeypatch, kind):
    seen = []
    monkeypatch.setattr(grpo, "LOSS", kind)
    for budget in (1, 400, 100_000):
        monkeypatch.setattr(grpo, "MICRO_TOKENS", budget)
        seen.append(one_step(policy, chat, groups, monkeypatch))
    assert seen[0][0].abs().max() > 0
    for grad, metrics in seen[1:]:
        torch.testing.assert_close(grad, seen[0][0], atol=1e-6, rtol=1e-3)
        assert metrics == pytest.approx(seen[0][1], rel=1e-3, abs=1e-5)


def test_reference_policy_and_critic_compute_the_prompt_of_a_group_once(policy, critic, chat, groups):
    seen, lessons = computed_by(policy.model), grpo.lessons_of(chat, groups[:1])
    grpo.criticise(critic, lessons)
    grpo.learn(policy, lessons)
    assert seen == [len(groups[0].episodes[1].ids)] * 4  # which goes on from where the other one ends


def test_metrics_are_means_over_the_tokens_that_are_learned_from(policy, chat, groups, strong, monkeypatch):
    """Groups without variance must not dilute them."""
    _, half = one_step(policy, chat, groups, monkeypatch)
    _, all_of_them = one_step(policy, chat, [groups[0], groups[2]], monkeypatch)
    for name in ("entropy", "kl", "sampler_gap", "sampler_gap_max", "is_capped"):
        assert half[name] == pytest.approx(all_of_them[name], rel=1e-3)
    assert abs(half["loss"]) < 0.9 * abs(all_of_them["loss"])


def test_tool_output_and_prompt_have_no_part_in_the_loss(policy, chat, groups, strong, monkeypatch):
    """Replacing log-probs that the sampler never gave (mask 0) by nonsense changes nothing."""
    first = one_step(policy, chat, groups, monkeypatch)
    for episode in (episode for group in groups for episode in group.episodes):
        episode.logprobs = [value if mask else 99.0 for value, mask in zip(episode.logprobs, episode.mask)]
    second = one_step(policy, chat, groups, monkeypatch)
    order = 1e-6 if torch.cuda.is_available() else 0.0  # a GPU adds up in any order
    torch.testing.assert_close(first, second, atol=order, rtol=order)


def test_learning_makes_the_better_answer_likelier_and_leaves_the_reference(policy, chat, groups):
    lessons = grpo.lessons_of(chat, groups[:1])
    before = grpo.score(policy.model, "default", lessons)
    reference = grpo.score(policy.model, "ref", lessons)
    for _ in range(3):
        grpo.learn(policy, lessons)
    after = grpo.score(policy.model, "default", lessons)
    assert after[0].sum() - before[0].sum() > after[1].sum() - before[1].sum()
    assert all(a.equal(b) for a, b in zip(reference, grpo.score(policy.model, "ref", lessons)))


def test_several_passes_clip_against_the_policy_before_the_first(policy, chat, groups, monkeypatch):
    monkeypatch.setattr(grpo, "PASSES", 4)
    monkeypatch.setattr(grpo, "LEARNING_RATE", 0.02)
    metrics = grpo.learn(policy, grpo.lessons_of(chat, groups))
    assert metrics["clipped_low"] + metrics["clipped_high"] > 0 and metrics["learning_rate"] == 0.02


def test_a_step_without_variance_trains_nothing(policy, chat, groups, monkeypatch):
    gradient, metrics = one_step(policy, chat, [groups[1], groups[3]], monkeypatch)
    assert gradient is None and "kl" not in metrics and metrics["no_variance"] == 1 and metrics["reward"] == 0.5


@pytest.mark.parametrize("algorithm", ["grpo", "ppo"])
def test_a_step_all_of_whose_episodes_are_left_out_trains_nothing(policy, critic, chat, groups, monkeypatch, algorithm):
    monkeypatch.setattr(grpo, "TRUNCATED", "leave out")
    for episode in (episode for group in groups for episode in group.episodes):
        episode.truncated = True
    gradient, metrics = one_step(policy, chat, groups, monkeypatch, critic if algorithm == "ppo" else None)
    assert gradient is None and metrics["truncated"] == metrics["no_variance"] == 1 and metrics["reward"] == 0.5


# --------------------------------------------------------------------------------------------------------------- PPO

@pytest.fixture
def critic(policy) -> Trainer:
    """A critic on the policy's base that has opinions already."""
    torch.manual_seed(4)
    trainer = Trainer(policy.model, "critic", value_head(policy.model))
    torch.nn.init.normal_(trainer.head.weight, std=0.05)
    return trainer


def slow_values(critic, episode) -> list[float]:
    """V at every place of the episode, sampled or not, as floats; the state at t - 1 decides on the token at t."""
    with torch.no_grad(), with_adapter(critic.model, "critic"):
        ids = torch.tensor([episode.ids], device=device())
        states = critic.model(input_ids=ids, output_hidden_states=True).hidden_states[-1][0]
        return [0.0] + critic.head(states[:-1]).squeeze(-1).tolist()


def slow_gae(values, mask, reward, gamma, lam):
    """Over the whole episode, tool output and all, which is stepped over: (advantages, returns) where mask is 1."""
    advantages, returns, next_value, next_advantage, last = [], [], 0.0, 0.0, True
    for value, sampled in zip(reversed(values), reversed(mask)):
        if sampled:
            next_advantage = (reward if last else 0.0) + gamma * next_value - value + gamma * lam * next_advantage
            next_value, last = value, False
            advantages.insert(0, next_advantage)
            returns.insert(0, next_advantage + value)
    return advantages, returns


def test_advantages_of_the_critic_step_over_tool_output_and_are_whitened(critic, chat, groups, strong, monkeypatch):
    monkeypatch.setattr(grpo, "GAMMA", 0.95)
    monkeypatch.setattr(grpo, "LAMBDA", 0.9)
    lessons = grpo.lessons_of(chat, groups)
    assert any("10" in "".join(map(str, lesson.episode.mask)).strip("0") for lesson in lessons)  # a gap in the middle
    estimates = [slow_gae(slow_values(critic, lesson.episode), lesson.episode.mask, lesson.reward, 0.95, 0.9)
                 for lesson in lessons]
    metrics = grpo.criticise(critic, lessons)
    raw = torch.tensor([value for advantages, _ in estimates for value in advantages])
    goals = torch.tensor([value for _, returns in estimates for value in returns])
    torch.testing.assert_close(torch.cat([lesson.advantages for lesson in lessons]),
                               (raw - raw.mean()) / raw.std(correction=0), atol=1e-3, rtol=1e-3)
    assert metrics["return"] == pytest.approx(goals.mean().item(), abs=1e-4)
    assert metrics["value_loss"] == pytest.approx(raw.square().mean().item() / 2, rel=1e-3)
    assert metrics["explained_variance"] == pytest.approx(1 - (raw.var() / goals.var()).item(), abs=1e-3)


def test_the_gradient_of_the_critic_does_not_change_with_the_micro_batch(critic, chat, groups, monkeypatch):
    seen = []

    def update(rate, clip_norm):
        assert clip_norm == grpo.CLIP_NORM
        seen.append(torch.cat([weight.grad.flatten() for weight in critic.weights]))
        critic.optimizer.zero_grad(set_to_none=True)
        return rate

    monkeypatch.setattr(critic, "update", update)
    monkeypatch.setattr(grpo, "CRITIC_LEARNING_RATE", 0.125)
    for budget in (1, 100_000):
        monkeypatch.setattr(grpo, "MICRO_TOKENS", budget)
        assert grpo.criticise(critic, grpo.lessons_of(chat, groups))["critic_grad_norm"] == 0.125
    assert seen[0].abs().max() > 1e-3
    torch.testing.assert_close(seen[1], seen[0], atol=1e-6, rtol=1e-3)


def test_ppo_learns_from_all_groups_by_the_advantages_of_the_critic(policy, critic, chat, groups, strong, monkeypatch):
    episodes = [episode for group in groups for episode in group.episodes]
    monkeypatch.setattr(critic, "update", lambda rate, clip: critic.optimizer.zero_grad(set_to_none=True))
    lessons = grpo.lessons_of(chat, groups)
    grpo.criticise(critic, lessons)
    gradient, _ = one_step(policy, chat, groups, monkeypatch, critic)
    loss, denominator = 0.0, sum(sum(episode.mask) for episode in episodes)
    for lesson in lessons:
        places = [place for place, mask in enumerate(lesson.episode.mask) if mask]
        new = full_logprobs(policy.model, "default", lesson.episode, 0.7)[[place - 1 for place in places]]
        ref = full_logprobs(policy.model, "ref", lesson.episode, 0.7).detach()[[place - 1 for place in places]]
        drawn = torch.tensor([lesson.episode.logprobs[place] for place in places]).to(new)
        gain = (new.detach() - drawn).exp().clamp(max=3.0) * (new - new.detach()).exp() * lesson.advantages.to(new)
        loss = loss - (gain - 0.5 * ((ref - new).exp() - (ref - new) - 1)).sum() / denominator
    loss.backward()
    close(gradient, torch.cat([weight.grad.flatten() for weight in policy.weights]))


def test_only_the_critic_learns_while_it_warms_up(policy, critic, chat, groups, monkeypatch):
    monkeypatch.setattr(grpo, "CRITIC_WARMUP", 3)
    before = [weight.detach().clone() for weight in critic.weights]
    gradient, metrics = one_step(policy, chat, groups, monkeypatch, critic, step=2)
    assert gradient is None and "kl" not in metrics and metrics["value_loss"] > 0
    assert any(not torch.equal(old, new) for old, new in zip(before, critic.weights))
    gradient, metrics = one_step(policy, chat, groups, monkeypatch, critic, step=3)
    assert gradient.abs().max() > 0 and "kl" in metrics


def test_the_critic_learns_to_tell_what_comes_of_an_episode(critic, chat, groups, monkeypatch):
    monkeypatch.setattr(grpo, "CRITIC_LEARNING_RATE", 0.003)
    monkeypatch.setattr(grpo, "VALUE_CLIP", 10.0)
    seen = [grpo.criticise(critic, grpo.lessons_of(chat, groups[:1])) for _ in range(20)]
    assert seen[-1]["value_loss"] < 0.5 * seen[0]["value_loss"]
    assert seen[-1]["explained_variance"] > 0.1 > seen[0]["explained_variance"]


def test_values_gain_nothing_by_going_further_than_the_clip_in_later_passes(critic, chat, groups, monkeypatch):
    monkeypatch.setattr(grpo, "CRITIC_LEARNING_RATE", 0.003)
    losses = []
    for passes, clip in ((1, 10.0), (6, 1e-6), (6, 10.0)):
        monkeypatch.setattr(grpo, "PASSES", passes)
        monkeypatch.setattr(grpo, "VALUE_CLIP", clip)
        before = [weight.detach().clone() for weight in critic.weights]
        losses.append(grpo.criticise(critic, grpo.lessons_of(chat, groups[:1]))["value_loss"])
        with torch.no_grad():
            for weight, old in zip(critic.weights, before):
                weight.copy_(old)
    assert losses[1] > 0.999 * losses[0] > 1.2 * losses[2]


# --------------------------------------------------------------------------------------------------------- rollouts

QUESTIONS = [tasks.make("bbh/navigate", seed, 0.0, "train") for seed in range(40)]


class Follower(TransformersSampler):
    """Samples only with the weights it was last told of, as a sampler with a copy of its own would."""

    def update(self, model):
        super().update(model)
        self.told = [weight.detach().clone() for weight in trained_parameters(model).values()]

    def step(self):
        assert all(map(torch.equal, self.told, trained_parameters(self.model).values())), "the sampler lags behind"
        return super().step()


@pytest.fixture
def small(monkeypatch):
    for name, value in (("QUESTIONS", 2), ("GROUP", 3), ("MAX_TOKENS", 400), ("TURN_TOKENS", 6)):
        monkeypatch.setattr(grpo, name, value)


class Bar:
    total = 0

    def update(self, count):
        self.total += count


def test_each_group_is_the_rollouts_of_its_own_question(model, chat, small, monkeypatch):
    monkeypatch.setattr(grpo.tasks, "verify", lambda question, text: question is QUESTIONS[1])
    bar = Bar()
    groups = grpo.rollout(chat, TransformersSampler(model, chat, 1.0, batch=8), QUESTIONS[:3], 4, 1, bar)
    assert bar.total == 12 and [group.question for group in groups] == QUESTIONS[:3]
    for group in groups:
        start = chat.begin(chat.prompt(group.question.question)).ids
        assert len(group.episodes) == 4 and all(e.ids[:len(start)] == start for e in group.episodes)
        assert group.rewards == [float(group.question is QUESTIONS[1])] * 4
        assert len({tuple(episode.ids) for episode in group.episodes}) > 1


def test_rollouts_are_those_of_the_step_and_of_no_other(model, chat, small):
    sampler = TransformersSampler(model, chat, 1.0, batch=8)
    first, again, later = ([episode.ids for group in grpo.collect(chat, sampler, QUESTIONS[:1], step)[0]
                            for episode in group.episodes] for step in (3, 3, 4))
    assert first == again and all(ids not in first for ids in later)
    asked = [[group.question.id for group in grpo.collect(chat, sampler, QUESTIONS, step)[0]] for step in (3, 3, 4)]
    assert asked[0] == asked[1] != asked[2]


def test_the_sampler_follows_the_policy_before_every_step(policy, chat, small, monkeypatch):
    grades = itertools.cycle([True, False])
    monkeypatch.setattr(grpo.tasks, "verify", lambda question, text: next(grades))
    sampler = Follower(policy.model, chat, 1.0, batch=8)
    for step in range(2):
        metrics, _ = grpo.train_step(policy, None, chat, sampler, QUESTIONS, step)
        assert metrics["grad_norm"] > 0 and metrics["sampler_gap_max"] < 1e-3


def graded(monkeypatch, varied):
    """Let rollouts be made up: those of questions in `varied` have variance. Returns the list of those asked."""
    asked = []

    def rollout(chat, sampler, questions, count, first_seed, bar, spent=None):
        asked.append([question.id for question in questions])
        return [grpo.Group(question, [Episode([1, 2], [0, 1], [0.0, -1.0])] * count,
                           [float(question in varied)] + [0.0] * (count - 1)) for question in questions]

    monkeypatch.setattr(grpo, "rollout", rollout)
    return asked


@pytest.mark.parametrize("most, algorithm, draws", [(0, "grpo", [4]), (10, "ppo", [4]), (3, "grpo", [4, 3]),
                                                    (7, "grpo", [4, 4, 3]), (30, "grpo", None)])
def test_groups_without_variance_are_replaced_by_new_questions(monkeypatch, most, algorithm, draws):
    for name, value in (("QUESTIONS", 4), ("MAX_RESAMPLE", most), ("ALGORITHM", algorithm), ("SEED", 2)):
        monkeypatch.setattr(grpo, name, value)
    varied = QUESTIONS[::5] if draws is None else []
    asked = graded(monkeypatch, varied)
    groups, _ = grpo.collect(None, None, QUESTIONS, 1)
    ids = [name for draw in asked for name in draw]
    assert [group.question.id for group in groups] == ids and len(set(ids)) == len(ids)
    if draws is None:  # until there are four, each draw as large as what is missing
        counts = [sum(group.varied for group in groups[:end]) for end in itertools.accumulate(map(len, asked))]
        assert counts[-1] == 4 and [len(draw) for draw in asked] == [4, *(4 - count for count in counts[:-1])]
    else:
        assert [len(draw) for draw in asked] == draws
    graded(monkeypatch, varied)
    assert [group.question.id for group in grpo.collect(None, None, QUESTIONS, 1)[0]] == ids


def test_a_resampled_step_learns_from_the_final_groups_and_reports_the_first(policy, chat, groups, strong, monkeypatch):
    same, varied = [groups[1], groups[3]], [groups[0], groups[2]]
    monkeypatch.setattr(grpo, "QUESTIONS", 3)
    gradient, metrics = one_step(policy, chat, [same[0], varied[0], same[1], varied[1]], monkeypatch)
    final = [episode for group in (*varied, same[0]) for episode in group.episodes]
    close(gradient, slow_gradient(policy, final, [1, -1, -1, 1, 0, 0], sum(sum(e.mask) for e in final)))
    assert metrics["resampled"] == 1 and metrics["no_variance"] == pytest.approx(2 / 3)
    assert metrics["reward"] == pytest.approx((2 + 1 + 0) / 6)


# ------------------------------------------------------------------------------------------------------- curriculum

def test_stages_add_questions_from_the_highest_potential_down():
    shares = {"a": 0.0, "b": 0.25, "c": 0.5, "d": 1.0, "e": 0.875, "f": 0.625, "g": 0.125}
    rows = [tasks.Question(name, "bbh/navigate", "train", 0, 0.0, "", "") for name in shares]

    def names(*arguments):
        return ["".join(row.id for row in pool) for pool in grpo.curriculum(rows, shares, *arguments)]

    assert names(4, "leave out") == ["cf", "cfb", "cfbe", "cfbeg"]
    assert names(2, "last") == ["cfb", "cfbegad"]
    assert names(1, "last") == ["cfbegad"]


@pytest.fixture
def staged(monkeypatch, tmp_path):
    for name, value in (("STAGES", 4), ("STEPS", 10), ("RUN", str(tmp_path)), ("POTENTIAL_SAMPLES", 4),
                        ("QUESTIONS", 2), ("SAMPLER_BATCH", 16), ("OVERLAP", False)):  # 4 questions fill a batch
        monkeypatch.setattr(grpo, name, value)
    return tmp_path


def test_stages_share_the_steps(staged):
    assert [grpo.stage_of(step) for step in range(10)] == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3]


def lines_of(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


class Policy:
    model = None


def open_stage(step):
    pool = grpo.open_stage(Policy, None, Stub(), QUESTIONS, step, Clock(1))
    return [question.id for question in pool]


def test_potential_is_measured_once_and_goes_on_where_it_was_stopped(staged, monkeypatch):
    varied = QUESTIONS[::2]
    asked = graded(monkeypatch, varied)
    first = open_stage(0)
    whole = (staged / "potential.jsonl").read_text()
    assert len(asked) == 10 and sorted(row["id"] for row in lines_of(staged / "potential.jsonl")) == sorted(
        question.id for question in QUESTIONS)
    assert {row["p"] for row in lines_of(staged / "potential.jsonl")} == {0.0, 0.25}
    assert len(first) == 5 and set(first) < {question.id for question in varied}
    assert set(first) < set(open_stage(3)) < set(open_stage(9)) == {question.id for question in QUESTIONS}
    assert len(asked) == 10 and (staged / "potential.png").stat().st_size > 1000
    (staged / "potential.jsonl").write_text("".join(whole.splitlines(keepends=True)[:12]))
    assert open_stage(0) == first and len(asked) == 17 and (staged / "potential.jsonl").read_text() == whole


def test_potential_is_that_of_the_policy_that_begins(staged, monkeypatch):
    told = []
    graded(monkeypatch, QUESTIONS[::2])
    monkeypatch.setattr(Stub, "update", lambda sampler, model: told.append(model))
    monkeypatch.setattr(Policy, "model", "the policy")
    open_stage(0)
    assert told == ["the policy"]


def test_potential_may_be_measured_again_as_a_stage_begins(staged, monkeypatch):
    monkeypatch.setattr(grpo, "REESTIMATE", True)
    graded(monkeypatch, QUESTIONS[::2])
    open_stage(0)
    asked = graded(monkeypatch, QUESTIONS[1::2])
    later = set(open_stage(4))  # resumed in the middle of the second stage, which began at 3
    assert later < {question.id for question in QUESTIONS[1::2]} and len(asked) == 10
    assert [row["step"] for row in lines_of(staged / "potential.jsonl")] == [0] * 40 + [3] * 40


def test_potential_may_come_from_an_earlier_run(staged, monkeypatch):
    asked = graded(monkeypatch, [])
    (staged / "earlier.jsonl").write_text("".join(json.dumps({"id": question.id, "p": p, "samples": 8}) + "\n"
                                                  for question, p in zip(QUESTIONS, (0.0, 0.125, 0.5, 0.75, 0.25)))
                                          + json.dumps({"id": QUESTIONS[2].id, "p": 1.0}))  # of a later stage
    monkeypatch.setattr(grpo, "POTENTIAL", f"{staged}/earlier.jsonl")
    assert open_stage(0) == [QUESTIONS[2].id] and asked == []
    assert set(open_stage(9)) == {question.id for question in QUESTIONS[:5]}
    monkeypatch.setattr(grpo, "HOPELESS", "leave out")
    assert set(open_stage(9)) == {question.id for question in QUESTIONS[1:5]}


def test_questions_that_are_all_hopeless_are_one_clear_line(staged, monkeypatch, capsys):
    graded(monkeypatch, [])
    with pytest.raises(SystemExit):
        open_stage(0)
    error = capsys.readouterr().err
    assert "STAGES=1" in error and error.count("error:") == 1
