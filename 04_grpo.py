"""Stage 4: reinforcement learning in the code interpreter, GRPO by hand.

Reads   runs/sft/adapter, runs/sft/constants.json, data/tasks/train.jsonl
Writes  runs/grpo/adapter/        the LoRA adapter
        runs/grpo/metrics.jsonl   one line a step; reward.png; constants.json; checkpoint/
        runs/grpo/rollouts.jsonl  every rollout: ids, mask, log-probs, turns, reward
Run     python 04_grpo.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
Takes   about 10 minutes on two CPU cores (SmolLM2-135M); the README gives the longer run

One step: draw P questions, answer each G times in conversation with the interpreter, reward 1 where the verifier
accepts and 0 elsewhere (no reward for form), then with r_i the rewards of one question's group

    A_i = (r_i - mean(r)) / (std(r) + eps)                       group-normalised advantage, same for all its tokens
    J   = sum_i,t w_i [ c_it min(rho_it A_i, clip(rho_it, 1 - low, 1 + high) A_i) - beta k3_it ]
    rho = pi / pi_old      k3 = pi_ref / pi - log(pi_ref / pi) - 1      c = min(pi_old / pi_sampler, cap)

over sampled tokens only: code output and questions are in the context, never in the loss. w_i = 1 / (sampled tokens of
the whole step), the token mean of DAPO (arXiv 2503.14476). pi_ref is the SFT adapter, frozen, on the same 4-bit base.
GRPO: arXiv 2402.03300, equations 3 and 4; code-output masking and warm start: arXiv 2505.21668, section 4.

Left out: a length or format reward, a critic (PPO), the curriculum by improvement potential.
"""
import random
import sys

import torch
from tqdm import tqdm

import tasks
from tasks import sandbox
from tasks.engine.constants import GPU, constants, inherit, override, stop
from tasks.engine.files import Clock, append_jsonl, begin_run, keep_steps, read_jsonl, save_checkpoint
from tasks.engine.model import find_model, memory_advice, micro_batches, open_model, open_tokenizer, pad, token_logprobs
from tasks.engine.sampler import open_sampler
from tasks.engine.training import Trainer, plot
from tasks.episode import Chat, Episode, colored, run_episodes

# ---------------------------------------------------------------------------------------------------- constants
# Model: read from runs/sft/constants.json, so that the adapter meets the base it was made for
SFT = "runs/sft"
MODEL = ""
RANK = 0
FOUR_BIT = True
MARKER = "angle"
RECOMPUTE = GPU                           # gradient checkpointing: less memory, a third slower
# Data
DATA = "data/tasks/train.jsonl"
# Rollouts
STEPS = 200 if GPU else 12
QUESTIONS = 16 if GPU else 5              # per step
GROUP = 8                                 # rollouts per question
TEMPERATURE = 1.0                         # of sampling and of scoring
MAX_CALLS = 5 if GPU else 2               # code calls per episode, as in stage 2
MAX_TOKENS = 4096 if GPU else 480         # a whole episode
TURN_TOKENS = 1024 if GPU else 96         # one assistant turn
SAMPLER = "auto"                          # auto, vllm, transformers
SAMPLER_BATCH = 64                        # prompts at once, transformers sampler
GPU_SHARE = 0.35                          # of the GPU's memory, vllm sampler
TIMEOUT = 5.0                             # seconds per code call
# Objective
ADV_NORM = "std"                          # std; none: subtract the mean only (Dr. GRPO, arXiv 2503.20783)
LOSS = "token"                            # token mean of the step; sequence: mean of sequence means (paper);
                                          # constant: sum over tokens / TURN_TOKENS, mean of sequences (Dr. GRPO)
CLIP_LOW = 0.2
CLIP_HIGH = 0.28
KL_COEF = 0.001                           # beta
IS_CAP = 2.0                              # truncation of the sampler correction c
PASSES = 1                                # optimizer steps per batch of rollouts; with 1, rho is 1 and never clipped
# Optimisation
LEARNING_RATE = 1e-5 if GPU else 1e-4
MICRO_TOKENS = 4096 if GPU else 2048       # padded tokens per forward pass: lower it when memory runs out
CLIP_NORM = 1.0
# Runtime
SEED = 0
SAVE_EVERY = 1                            # steps
SHOW_EVERY = 5                            # steps between two decoded rollouts
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
RUN = "runs/grpo"
# ---------------------------------------------------------------------------------------------------------------

EPSILON = 1e-6  # keeps the advantage finite; groups without variance are left out before it matters


# -------------------------------------------------------------------------------------------------- the objective

def group_advantages(rewards: torch.Tensor, norm: str) -> torch.Tensor:
    """Rewards (P, G) to advantages (P, G): centred in each group and, with norm "std", divided by its deviation."""
    advantages = rewards - rewards.mean(dim=1, keepdim=True)
    if norm == "std":
        advantages = advantages / (rewards.std(dim=1, keepdim=True, correction=0) + EPSILON)
    return advantages


def token_weights(lengths: list[int], kind: str, longest: int) -> list[float]:
    """w_i: the weight of one token of each sequence in the loss of the whole step.

    lengths: sampled tokens of each sequence of the step; longest: the constant of kind "constant".
    They are worked out once per step, so cutting it into micro-batches changes nothing.
    """
    if kind == "token":
        return [1 / sum(lengths)] * len(lengths)
    return [1 / (len(lengths) * (length if kind == "sequence" else longest)) for length in lengths]


def grpo_loss(logprobs, old, ref, sampled, advantages, weights, clip_low, clip_high, kl_coef, is_cap):
    """The clipped objective with KL penalty over N sampled tokens: (-J, metrics). All tensors are (N,).

    logprobs: of the policy in training; old: of the policy that these rollouts are from, as the trainer scores it;
    sampled: the same as the sampler scored it; ref: of the frozen reference; weights: `token_weights` per token.
    Metrics are sums weighted like the loss, so the values of micro-batches add up to that of the step.
    """
    ratio = (logprobs - old).exp()
    unclipped, clipped = ratio * advantages, ratio.clamp(1 - clip_low, 1 + clip_high) * advantages
    correction = (old - sampled).exp().clamp(max=is_cap)
    log_ref = (ref - logprobs).clamp(-20, 20)  # a token that the reference rules out must not overflow exp
    kl = log_ref.exp() - log_ref - 1
    loss = (weights * (kl_coef * kl - correction * torch.minimum(unclipped, clipped))).sum()
    with torch.no_grad():
        gap = (old - sampled).abs()
        metrics = {
            "loss": loss, "kl": (weights * kl).sum(),
            "clipped_low": (weights * ((ratio < 1 - clip_low) & (advantages < 0))).sum(),
            "clipped_high": (weights * ((ratio > 1 + clip_high) & (advantages > 0))).sum(),
            "sampler_gap": (weights * gap).sum(), "is_capped": (weights * ((old - sampled).exp() > is_cap)).sum(),
        }
    return loss, {name: value.item() for name, value in metrics.items()} | {"sampler_gap_max": gap.max().item()}


# ------------------------------------------------------------------------------------------------------- rollouts

def draw_questions(rows: list[tasks.Question], step: int) -> list[tasks.Question]:
    """The questions of a step, a function of SEED and the step alone: a resumed run draws the same."""
    return random.Random(f"{SEED}/{step}").sample(rows, min(QUESTIONS, len(rows)))


def rollout(chat: Chat, sampler, questions: list[tasks.Question], step: int) -> tuple[list[Episode], torch.Tensor]:
    """GROUP episodes per question, group after group, and their rewards (P, G)."""
    repeated = [question for question in questions for _ in range(GROUP)]
    with tqdm(total=len(repeated), desc="rollouts", leave=False, disable=not sys.stderr.isatty()) as bar:
        episodes = run_episodes(chat, [question.question for question in repeated], sampler, MAX_TOKENS, TURN_TOKENS,
                                seed=(SEED * 1_000_003 + step) * 1000, timeout=TIMEOUT, progress=bar.update)
    rewards = [float(tasks.verify(question, episode.answer)) for question, episode in zip(repeated, episodes)]
    return episodes, torch.tensor(rewards).view(len(questions), GROUP)


def record(step: int, questions: list[tasks.Question], episodes: list[Episode], rewards: torch.Tensor) -> list[dict]:
    """The step's rollouts as lines of rollouts.jsonl."""
    return [{"step": step, "id": questions[row // GROUP].id, "reward": rewards.flatten()[row].item(),
             "answer": episode.answer, "truncated": episode.truncated, "turns": episode.turns, "ids": episode.ids,
             "mask": episode.mask, "logprobs": [round(value, 4) for value in episode.logprobs]}
            for row, episode in enumerate(episodes)]


def behaviour(episodes: list[Episode], rewards: torch.Tensor) -> dict:
    """What the policy did in this step, before anything was learned from it."""
    calls = sum(episode.code_calls for episode in episodes)
    spread = rewards.amax(dim=1) > rewards.amin(dim=1)  # (P,)
    return {"reward": rewards.mean().item(), "no_variance": 1 - spread.float().mean().item(),
            "with_code": sum(episode.code_calls > 0 for episode in episodes) / len(episodes),
            "code_calls": calls / len(episodes),
            "tool_errors": sum(episode.tool_errors for episode in episodes) / max(1, calls),
            "truncated": sum(episode.truncated for episode in episodes) / len(episodes),
            "sampled_tokens": sum(sum(episode.mask) for episode in episodes) / len(episodes)}


# ------------------------------------------------------------------------------------------------------- learning

def sampled_only(episode: Episode) -> torch.Tensor:
    """The sampler's log-probabilities (n,) at the places where the mask is 1."""
    return torch.tensor([value for value, mask in zip(episode.logprobs, episode.mask) if mask])


@torch.no_grad()
def score(model, adapter: str, episodes: list[Episode]) -> list[torch.Tensor]:
    """Log-probabilities of each episode's sampled tokens under one of the adapters, a (n,) tensor per episode."""
    scores = [None] * len(episodes)
    model.set_adapter(adapter)
    for rows in micro_batches([len(episode.ids) for episode in episodes], MICRO_TOKENS):
        batch = pad([episodes[row].ids for row in rows], [episodes[row].mask for row in rows])
        logprobs, _ = token_logprobs(model, *batch, temperature=TEMPERATURE)  # (N,)
        for row, part in zip(rows, logprobs.split([sum(episodes[row].mask) for row in rows])):
            scores[row] = part
    model.set_adapter("default")
    return scores


def learn(trainer: Trainer, episodes: list[Episode], advantages: list[float]) -> dict:
    """PASSES optimizer steps on episodes whose advantage is not zero; the metrics of the last one."""
    if not episodes:
        return {}
    ref = score(trainer.model, "ref", episodes)
    # With one pass the policy that is trained *is* the old one: its own log-probs, cut from the graph, will do.
    old = score(trainer.model, "default", episodes) if PASSES > 1 else None
    weights = token_weights([sum(episode.mask) for episode in episodes], LOSS, TURN_TOKENS)
    for _ in range(PASSES):
        metrics = {"entropy": 0.0}
        for rows in micro_batches([len(episode.ids) for episode in episodes], MICRO_TOKENS):
            add(metrics, learn_part(trainer, [episodes[row] for row in rows], [ref[row] for row in rows],
                                    [old[row] for row in rows] if old else None,
                                    [advantages[row] for row in rows], [weights[row] for row in rows]))
        metrics["grad_norm"] = trainer.update(LEARNING_RATE, CLIP_NORM)
    return metrics | {"learning_rate": trainer.learning_rate()}


def learn_part(trainer: Trainer, episodes: list[Episode], ref, old, advantages, weights) -> dict:
    """Add the gradient of one micro-batch; its part of the step's metrics."""
    ids, attention_mask, loss_mask = pad([e.ids for e in episodes], [e.mask for e in episodes])  # (B, T) each
    logprobs, entropies = token_logprobs(trainer.model, ids, attention_mask, loss_mask, TEMPERATURE)  # (N,)
    counts = torch.tensor([sum(episode.mask) for episode in episodes])                                # (B,)

    def per_token(values):
        return torch.tensor(values).repeat_interleave(counts).to(logprobs)  # (B,) -> (N,)

    sampled = torch.cat([sampled_only(episode) for episode in episodes]).to(logprobs)                 # (N,)
    loss, metrics = grpo_loss(logprobs, logprobs.detach() if old is None else torch.cat(old), torch.cat(ref), sampled,
                              per_token(advantages), per_token(weights), CLIP_LOW, CLIP_HIGH, KL_COEF, IS_CAP)
    trainer.backward(loss)
    return metrics | {"entropy": (per_token(weights) * entropies).sum().item()}


def add(total: dict, part: dict):
    """Add a micro-batch's metrics to the step's: sums, but for maxima."""
    for name, value in part.items():
        total[name] = max(total.get(name, 0.0), value) if name.endswith("_max") else total.get(name, 0.0) + value


def train_step(trainer: Trainer, chat: Chat, sampler, rows: list[tasks.Question], step: int) -> tuple[dict, list[dict]]:
    """One step: rollouts, advantages, update. Returns its metrics and its rollouts as records."""
    clock = Clock(0)
    questions = draw_questions(rows, step)
    sampler.update(trainer.model)
    episodes, rewards = rollout(chat, sampler, questions, step)
    metrics = {"step": step + 1} | behaviour(episodes, rewards) | {"sample_seconds": round(clock.tick(), 1)}
    advantages = group_advantages(rewards, ADV_NORM).flatten().tolist()
    # Where all of a group fare alike, every advantage is zero: nothing to learn, so nothing to compute.
    useful = [row for row, advantage in enumerate(advantages) if advantage != 0]
    metrics |= learn(trainer, [episodes[row] for row in useful], [advantages[row] for row in useful])
    metrics["train_seconds"] = round(clock.tick(), 1)
    return metrics, record(step + 1, questions, episodes, rewards)


# ------------------------------------------------------------------------------------------------------- the run

def status(metrics: dict, steps: int, minutes_left: float) -> str:
    """One line a step, always in the same order."""
    learned = (f"kl {metrics['kl']:.4f} | entropy {metrics['entropy']:.2f} | grad {metrics['grad_norm']:5.2f} | "
               f"gap {metrics['sampler_gap']:.4f}" if "kl" in metrics else "no group with variance: step skipped")
    return (f"step {metrics['step']:4}/{steps} | reward {metrics['reward']:.3f} | same {metrics['no_variance']:.2f} | "
            f"code {metrics['with_code']:.2f} | errors {metrics['tool_errors']:.2f} | cut {metrics['truncated']:.2f} | "
            f"tokens {metrics['sampled_tokens']:4.0f} | {learned} | "
            f"{metrics['sample_seconds']:.0f}+{metrics['train_seconds']:.0f} s | {minutes_left:.1f} min left")


def check_constants():
    for name, allowed in (("ADV_NORM", ("std", "none")), ("LOSS", ("token", "sequence", "constant"))):
        if globals()[name] not in allowed:
            stop(f"{name} is one of {', '.join(allowed)}, not {globals()[name]!r}")
    if GROUP < 2:
        stop("GROUP must be at least 2: an advantage compares rollouts of the same question")
    if TEMPERATURE <= 0:
        stop("TEMPERATURE must be above 0: without chance all rollouts of a group are equal")


@memory_advice("MICRO_TOKENS", "SAMPLER_BATCH", "GPU_SHARE")
def main():
    given = override(globals(), sys.argv[1:])
    check_constants()
    rows = [tasks.Question(**row) for row in read_jsonl(DATA, "python 01_make_tasks.py")]
    inherit(globals(), given, f"{SFT}/constants.json", ["MODEL", "RANK", "FOUR_BIT", "MARKER"], "python 03_sft.py")
    path = find_model(MODEL)
    chat = Chat(open_tokenizer(path), MARKER, MAX_CALLS)
    print(sandbox.gaps(), end="", flush=True)
    checkpoint = begin_run(RUN, constants(globals()), may_differ=(
        "STEPS", "MAX_HOURS", "SAVE_EVERY", "SHOW_EVERY", "MICRO_TOKENS", "SAMPLER_BATCH", "GPU_SHARE"))
    trainer = Trainer(open_model(path, RANK, f"{SFT}/adapter", reference=True, four_bit=FOUR_BIT, recompute=RECOMPUTE))
    first = trainer.load(checkpoint)
    for name in ("metrics", "rollouts"):
        keep_steps(f"{RUN}/{name}.jsonl", first)
    sampler = open_sampler(SAMPLER, path, chat, temperature=TEMPERATURE, rank=RANK, max_tokens=MAX_TOKENS,
                           batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=GPU_SHARE, model=trainer.model)
    print(f"{STEPS} steps of {QUESTIONS} questions x {GROUP} rollouts" + (f", going on after step {first}" if first
          else ""), flush=True)
    clock = Clock(MAX_HOURS)
    for step in range(first, STEPS):
        metrics, rollouts = train_step(trainer, chat, sampler, rows, step)
        clock.tick()
        append_jsonl(f"{RUN}/metrics.jsonl", [metrics])
        append_jsonl(f"{RUN}/rollouts.jsonl", rollouts)
        print(status(metrics, STEPS, (STEPS - step - 1) * clock.mean() / 60), flush=True)
        if step % SHOW_EVERY == 0:
            shown = rollouts[step % len(rollouts)]
            print(f"\n{colored(chat, Episode(shown['ids'], shown['mask']))}\nreward {shown['reward']}\n", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == STEPS or clock.is_over():
            save_checkpoint(RUN, lambda folder: trainer.save(folder, step + 1))
        if clock.is_over() and step + 1 < STEPS:
            print(f"stopped before MAX_HOURS={MAX_HOURS}; go on with: python {' '.join(sys.argv)}")
            return
    trainer.model.save_pretrained(f"{RUN}/adapter", selected_adapters=["default"])
    plot(f"{RUN}/metrics.jsonl", f"{RUN}/reward.png",
         {"training reward": ["reward"], "behaviour": ["with_code", "tool_errors", "truncated"],
          "entropy and KL": ["entropy", "kl"]})
    print(f"wrote {RUN}/adapter and {RUN}/reward.png")


if __name__ == "__main__":
    main()
