"""Stage 4: reinforcement learning in the code interpreter, GRPO or PPO by hand.

Reads   runs/sft/adapter, runs/sft/constants.json (SFT="" begins cold, at the base), data/tasks/train.jsonl
Writes  runs/grpo/adapter/         the LoRA adapter; checkpoint/; constants.json
        runs/grpo/metrics.jsonl    one line a step, drawn in reward.png as it grows
        runs/grpo/rollouts.jsonl   every rollout: ids, mask, log-probs, turns, reward
        runs/grpo/potential.jsonl  each question's share of right answers before training; potential.png (STAGES > 1)
Run     python 04_grpo.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
        torchrun --nproc_per_node=2 04_grpo.py [NAME=value ...]     the same steps, shared by two GPUs
Takes   about 7 minutes on two CPU cores (SmolLM2-135M); the README gives the longer run

One step: draw P questions, answer each G times in conversation with the interpreter, reward 1 where the verifier
accepts and 0 elsewhere (no reward for form), then with r_i the rewards of one question's group

    A_i = (r_i - mean(r)) / (std(r) + eps)                       group-normalised advantage, same for all its tokens
    J   = sum_i,t w_i [ c_it min(rho_it A_it, clip(rho_it, 1 - low, 1 + high) A_it) - beta k3_it ]
    rho = pi / pi_old      k3 = pi_ref / pi - log(pi_ref / pi) - 1      c = min(pi_old / pi_sampler, cap)

over sampled tokens only: code output and questions are in the context, never in the loss. w_i = 1 / (sampled tokens of
the whole step), the token mean of DAPO (arXiv 2503.14476). Groups whose rewards are all equal count in it, but A = 0
teaches nothing: further questions take their place (up to MAX_RESAMPLE), and the KL term is over the groups that are
learned from. pi_ref is the SFT adapter, frozen, on the same 4-bit base, or after a cold start the base itself.
ALGORITHM=ppo takes A_it from a critic, a third adapter with a scalar head (tasks/ppo.py), whitened over the step.
Curriculum: STAGES begin with the questions of the highest 4 p (1 - p), p their share of right answers, and add others.
GRPO: arXiv 2402.03300, equations 3 and 4; masking, warm start, curriculum: arXiv 2505.21668, section 4.
"""
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

# Before torch, whose OpenMP reads how to wait as it is loaded.
from tasks.engine.constants import GPU, SMALL_MODEL, at_least_one, constants, inherit, override, stop  # isort: skip
import torch
from tqdm import tqdm

import tasks
from tasks import ppo, sandbox
from tasks.engine import ranks
from tasks.engine.files import Clock, append_jsonl, begin_run, find_adapter, keep_steps, read_jsonl, save_checkpoint
from tasks.engine.model import compute_dtype, find_model, memory_advice, open_model, open_tokenizer, with_adapter
from tasks.engine.sampler import open_sampler
from tasks.engine.scoring import by_episode, padded_batches, token_logprobs, token_values, value_head
from tasks.engine.training import PANELS, Trainer, behaviour, plot, record, show_stages, status, total
from tasks.episode import Chat, Episode, colored, leave_room, run_episodes, with_output

# ---------------------------------------------------------------------------------------------------- constants
# Model: MODEL to MARKER are those of SFT, so that the adapter meets the base it was made for; these are for SFT=""
SFT = "runs/sft"                          # where to begin; "": cold, at the base with a fresh adapter
MODEL = "Qwen/Qwen2.5-3B-Instruct" if GPU else SMALL_MODEL
RANK = 32 if GPU else 16
FOUR_BIT = True
MARKER = "angle"
RECOMPUTE = GPU                           # gradient checkpointing: less memory, a third slower
CPU_BF16 = False                          # True, on a CPU that has it: trains SmolLM2 1.6 times as fast, Qwen2.5-0.5B
                                          # 1.8 times; but tokens are sampled 0.04 off their log p, which c corrects
# Data
DATA = "data/tasks/train.jsonl"
# Rollouts
STEPS = 200 if GPU else 12
QUESTIONS = 16 if GPU else 5              # per step
GROUP = 8                                 # rollouts per question
MAX_RESAMPLE = 16 if GPU else 0           # more groups a step for those without variance (GRPO), as many as QUESTIONS:
                                          # at most twice the sampling; none on a CPU, whose run ends within minutes
TEMPERATURE = 1.0                         # of sampling and of scoring
MAX_CALLS = 5 if GPU else 2               # code calls per episode, as in stage 2
OUTPUT_TOKENS = 512 if GPU else 256       # longest code output that is shown, as in stage 2
MAX_TOKENS = 4096 if GPU else 480         # a whole episode
TURN_TOKENS = 1024 if GPU else 96         # one assistant turn
SAMPLER = "auto"                          # auto, vllm, transformers
OVERLAP = GPU                             # sample on while code runs; False: all in step, the same bits every time
SAMPLER_BATCH = 64                        # prompts at once, transformers sampler
GPU_SHARE = 0.35                          # of the GPU's memory, vllm sampler
TIMEOUT = 5.0                             # seconds per code call
# Objective
ALGORITHM = "grpo"                        # grpo: no critic to learn first; ppo: the paper's comparison
ADV_NORM = "std"                          # std; none: subtract the mean only (Dr. GRPO, arXiv 2503.20783)
LOSS = "token"                            # token mean of the step; sequence: mean of sequence means (paper);
                                          # constant: sum over tokens / TURN_TOKENS, mean of sequences (Dr. GRPO)
CLIP_LOW = 0.2
CLIP_HIGH = 0.28
KL_COEF = 0.001                           # beta
IS_CAP = 2.0                              # truncation of the sampler correction c
PASSES = 1                                # optimizer steps per batch of rollouts; with 1, rho is 1 and never clipped
MASK_OUTPUT = True                        # False: learn to write code output, too (the paper's comparison)
TRUNCATED = "zero"                        # reward of an episode that was cut off: teaches to come to an end;
                                          # "leave out": neither learned from nor part of its group
# PPO
GAMMA = 1.0                               # a right answer is worth no less for the code that was run before it
LAMBDA = 1.0                              # below 1, tokens far before the answer hear of it through the critic alone
VALUE_CLIP = 0.2                          # of a reward of 1, as CLIP_LOW is of rho; acts from the second pass on
CRITIC_LEARNING_RATE = 5e-5 if GPU else 5e-4  # five times the policy's: a regression that begins at zero
CRITIC_WARMUP = 10 if GPU else 2          # steps in which only the critic learns: a twentieth, or as few as help
# Curriculum
STAGES = 4 if GPU else 1                  # as in the paper; 1: plain shuffling, as 12 steps cost less than measuring
POTENTIAL = ""                            # potential.jsonl of an earlier run or of stage 2, to measure none itself
POTENTIAL_QUESTIONS = 1600 if GPU else 0  # of DATA, measured and trained on: half a run's sampling; 0: all of them
POTENTIAL_SAMPLES = 8                     # rollouts for one p: tells five levels of 4 p (1 - p) apart
REESTIMATE = False                        # True: measure again as each stage begins; fresher, and half a run more each
HOPELESS = "last"                         # where p is 0 or 1: so few samples may err, so the last stage; "leave out"
# Optimisation
LEARNING_RATE = 1e-5 if GPU else 1e-4
MICRO_TOKENS = 4096 if GPU else 1024      # tokens per forward pass, padding included: lower it when memory runs out
CLIP_NORM = 1.0                           # of the gradient; 0: as it is
# Runtime
SEED = 0
SAVE_EVERY = 1                            # steps
SHOW_EVERY = 5                            # steps between two decoded rollouts, and two drawings of the curves
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
RUN = "runs/grpo"
# ---------------------------------------------------------------------------------------------------------------

EPSILON = 1e-6  # makes the advantages of a group without variance 0
CHOICES = {"ALGORITHM": ("grpo", "ppo"), "ADV_NORM": ("std", "none"), "LOSS": ("token", "sequence", "constant"),
           "TRUNCATED": ("zero", "leave out"), "HOPELESS": ("last", "leave out")}


# -------------------------------------------------------------------------------------------------- the objective

def group_advantages(rewards: torch.Tensor, counted: torch.Tensor, norm: str) -> torch.Tensor:
    """Rewards (P, G) to advantages (P, G): centred in each group and, with norm "std", divided by its deviation.

    counted (P, G): 1 where an episode is part of its group; the others get 0.
    """
    members = counted.sum(dim=1, keepdim=True).clamp(min=1)                                         # (P, 1)
    advantages = (rewards - (rewards * counted).sum(dim=1, keepdim=True) / members) * counted       # (P, G)
    if norm == "std":
        advantages = advantages / ((advantages ** 2).sum(dim=1, keepdim=True) / members).sqrt().add(EPSILON)
    return advantages


def token_weights(lengths: list[int], kind: str, longest: int) -> list[float]:
    """w_i: the weight of one token of each sequence in the loss of the whole step.

    lengths: sampled tokens of each sequence of the step; longest: the constant of kind "constant".
    They are worked out once per step, so cutting it into micro-batches changes nothing.
    """
    if kind == "token":
        return [1 / sum(lengths) for _ in lengths]
    return [1 / (len(lengths) * (length if kind == "sequence" else longest)) for length in lengths]


def policy_loss(logprobs, old, ref, sampled, advantages, weights, clip_low, clip_high, kl_coef, is_cap):
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

@dataclass
class Group:
    """The rollouts of one question, and the verifier's reward of each."""
    question: tasks.Question
    episodes: list[Episode]
    rewards: list[float]

    @property
    def counted(self) -> list[bool]:
        """Which of them are learned from and compared with."""
        return [TRUNCATED == "zero" or not episode.truncated for episode in self.episodes]

    @property
    def varied(self) -> bool:
        return len({reward for reward, counted in zip(self.rewards, self.counted) if counted}) > 1


def seed(*what) -> int:
    """A seed of its own for all that is drawn, a function of SEED and the step: a resumed run draws the same."""
    return random.Random("/".join(map(str, (SEED, *what)))).getrandbits(40)


def rollout(chat: Chat, sampler, questions: list[tasks.Question], count: int, first_seed: int, bar,
            spent: Counter | None = None) -> list[Group]:
    """`count` episodes per question with their rewards, one group after another; `spent` as in run_episodes."""
    repeated = [question for question in questions for _ in range(count)]
    episodes = run_episodes(chat, [chat.prompt(asked.question) for asked in repeated], sampler, MAX_TOKENS, TURN_TOKENS,
                            seed=first_seed, timeout=TIMEOUT, progress=bar.update, overlap=OVERLAP, spent=spent)
    rewards = ranks.firsts(lambda: [float(tasks.verify(asked, said.answer)) for asked, said in zip(repeated, episodes)])
    return [Group(question, episodes[row * count:][:count], rewards[row * count:][:count])
            for row, question in enumerate(questions)]


def collect(chat: Chat, sampler, pool: list[tasks.Question], step: int) -> tuple[list[Group], Counter]:
    """The groups of a step, QUESTIONS and up to MAX_RESAMPLE more in place of those without variance (GRPO), and the
    seconds that went into sampling and into waiting for code."""
    spare = MAX_RESAMPLE if ALGORITHM == "grpo" else 0  # a critic learns from every group
    questions = random.Random(seed("questions", step)).sample(pool, min(QUESTIONS + spare, len(pool)))
    groups, spent, wanted = [], Counter(), min(QUESTIONS, len(pool))
    with tqdm(desc="rollouts", leave=False, disable=not (ranks.FIRST and sys.stderr.isatty())) as bar:
        while missing := min(wanted - sum(group.varied for group in groups), len(questions) - len(groups)):
            more = questions[len(groups):len(groups) + missing]
            bar.total = (len(groups) + len(more)) * GROUP
            groups += rollout(chat, sampler, more, GROUP, seed("rollouts", step, len(groups)), bar, spent)
    return groups, spent


# ------------------------------------------------------------------------------------------------------- learning

@dataclass
class Lesson:
    """One episode to learn from. Its mask says which tokens; advantages (n,) holds one number for each of them."""
    episode: Episode
    reward: float
    weight: float  # w_i
    advantages: torch.Tensor


def lessons_of(chat: Chat, batch: list[Group]) -> list[Lesson]:
    """Every episode of the step's final groups that counts, with its weight and its advantage in the group."""
    counted = torch.tensor([group.counted for group in batch])                                     # (P, G)
    advantages = group_advantages(torch.tensor([group.rewards for group in batch]), counted, ADV_NORM)
    episodes = [episode if MASK_OUTPUT else with_output(chat, episode) for group in batch for episode in group.episodes]
    rewards = [reward for group in batch for reward in group.rewards]
    chosen = counted.flatten().nonzero().flatten().tolist()
    lengths = [sum(episodes[row].mask) for row in chosen]
    return [Lesson(episodes[row], rewards[row], weight, advantages.flatten()[row].repeat(length))
            for row, length, weight in zip(chosen, lengths, token_weights(lengths, LOSS, TURN_TOKENS))]


def score(model, adapter: str | None, lessons: list[Lesson]) -> list[torch.Tensor]:
    """Log-probabilities (n,) of each lesson's tokens under one of the adapters, or under the base (None)."""
    with with_adapter(model, adapter):
        return by_episode([lesson.episode for lesson in lessons], MICRO_TOKENS,
                          lambda *batch: token_logprobs(model, *batch, TEMPERATURE)[0])


def learn(trainer: Trainer, lessons: list[Lesson]) -> dict:
    """PASSES optimizer steps of the policy; the metrics of the last one, means over the tokens of these lessons."""
    if not lessons:
        return {}
    mine = [lessons[row] for row in ranks.share([len(lesson.episode.ids) for lesson in lessons])]
    ref = score(trainer.model, "ref" if SFT else None, mine)  # a pass of its own: past layer 1 inputs differ
    # With one pass the policy that is trained *is* the old one: its own log-probs, cut from the graph, will do.
    old = score(trainer.model, "default", mine) if PASSES > 1 else None
    for _ in range(PASSES):
        parts = [learn_part(trainer, batch, [mine[row] for row in rows], [ref[row] for row in rows],
                            [old[row] for row in rows] if old else None)
                 for rows, batch in padded_batches([lesson.episode for lesson in mine], MICRO_TOKENS)]
        norm = trainer.update(LEARNING_RATE, CLIP_NORM)
    sums = total(part for own in ranks.everyones(parts) for part in own)
    share = sum(lesson.weight * len(lesson.advantages) for lesson in lessons)  # below 1 where groups had no variance
    means = {name: value if name in ("loss", "sampler_gap_max") else value / share for name, value in sums.items()}
    return means | {"grad_norm": norm, "learning_rate": trainer.learning_rate()}


def learn_part(trainer: Trainer, batch, lessons: list[Lesson], ref, old) -> dict:
    """Add the gradient of one micro-batch; its part of the step's metrics."""
    logprobs, entropies = token_logprobs(trainer.model, *batch, TEMPERATURE)                       # (N,)
    old = logprobs.detach() if old is None else torch.cat(old)                                    # (N,)
    sampled = torch.tensor([value for lesson in lessons for value, mask in
                            zip(lesson.episode.logprobs, lesson.episode.mask) if mask]).to(old)   # (N,)
    sampled = torch.where(sampled.isnan(), old, sampled)  # c is 1 where no sampler gave a probability
    advantages = torch.cat([lesson.advantages for lesson in lessons]).to(old)                     # (N,)
    weights = torch.cat([torch.full_like(lesson.advantages, lesson.weight) for lesson in lessons]).to(old)
    loss, metrics = policy_loss(logprobs, old, torch.cat(ref), sampled, advantages, weights,
                                CLIP_LOW, CLIP_HIGH, KL_COEF, IS_CAP)
    trainer.backward(loss)
    return metrics | {"entropy": (weights * entropies).sum().item()}


def criticise(critic: Trainer, lessons: list[Lesson]) -> dict:
    """PPO: give the lessons the critic's advantages, whitened over the step, and let the critic learn their returns."""
    value = partial(token_values, critic.model, critic.head)  # of a padded batch: (N,)
    mine = ranks.share([len(lesson.episode.ids) for lesson in lessons])
    episodes = [lessons[row].episode for row in mine]
    with with_adapter(critic.model, "critic"):
        old = by_episode(episodes, MICRO_TOKENS, value)
        everyones = ranks.gather({row: values.tolist() for row, values in zip(mine, old)})
        estimates = [ppo.gae(values, lesson.reward, GAMMA, LAMBDA) for values, lesson in zip(everyones, lessons)]
        advantages, returns = ([torch.tensor(part) for part in column] for column in zip(*estimates))
        goal, error = torch.cat(returns), torch.cat(advantages)  # return - value is the advantage
        for lesson, raw in zip(lessons, advantages):
            lesson.advantages = (raw - error.mean()) / (error.std(correction=0) + EPSILON)  # (n,)
        for _ in range(PASSES):
            value_sum = 0.0
            for rows, batch in padded_batches(episodes, MICRO_TOKENS):
                loss = ppo.value_loss(value(*batch), torch.cat([old[row] for row in rows]),
                                      torch.cat([returns[mine[row]] for row in rows]).to(old[0]),
                                      VALUE_CLIP) / len(goal)
                critic.backward(loss)
                value_sum += loss.item()
            norm = critic.update(CRITIC_LEARNING_RATE, CLIP_NORM)
    explained = 1 - (error.var() / goal.var()).item() if goal.var() > 1e-9 else None  # less is rounding
    return {"value_loss": sum(ranks.everyones(value_sum)), "critic_grad_norm": norm, "explained_variance": explained,
            "return": goal.mean().item()}


def train_step(trainer: Trainer, critic: Trainer | None, chat: Chat, sampler, pool: list[tasks.Question],
               step: int) -> tuple[dict, list[dict]]:
    """One step: rollouts, advantages, update. Returns its metrics and its rollouts as records."""
    sampler.update(trainer.model)
    groups, spent = collect(chat, sampler, pool, step)
    drawn, batch = groups[:QUESTIONS], sorted(groups, key=lambda group: not group.varied)[:QUESTIONS]
    metrics = {"step": step + 1, "stage": stage_of(step) + 1} | behaviour(drawn) | {
        "resampled": len(groups) - len(drawn)} | {name: round(seconds, 1) for name, seconds in spent.items()}
    clock = Clock(0)
    lessons = lessons_of(chat, batch)
    if critic and lessons:
        metrics |= criticise(critic, lessons)
    if critic is None or step >= CRITIC_WARMUP:
        # Where all of a group fare alike, every advantage is zero: nothing to learn, so nothing to compute.
        metrics |= learn(trainer, [lesson for lesson in lessons if lesson.advantages.any()])
    metrics["train_seconds"] = round(clock.tick(), 1)
    return metrics, record(step + 1, groups)


# ----------------------------------------------------------------------------------------------------- curriculum

def stage_of(step: int) -> int:
    """Each stage, from 0, has an equal share of STEPS."""
    return step * STAGES // STEPS


def measure(chat: Chat, sampler, questions: list[tasks.Question], step: int, clock: Clock) -> dict[str, float]:
    """p of each question, by id: its share of right answers among POTENTIAL_SAMPLES of the policy as it is at `step`.

    Written to potential.jsonl as they come; what is there already is not measured again.
    """
    path = f"{RUN}/potential.jsonl"
    append_jsonl(path, [])  # so that there is one to read
    lines = ranks.firsts(lambda: Path(path).read_text().splitlines())
    known = {row["id"]: row["p"] for row in map(json.loads, lines) if row["step"] == step}
    todo = [question for question in questions if question.id not in known]
    size = max(QUESTIONS, SAMPLER_BATCH * (4 if OVERLAP else 1) // POTENTIAL_SAMPLES)  # a full batch, as in stage 5
    with tqdm(total=len(questions) * POTENTIAL_SAMPLES, initial=len(known) * POTENTIAL_SAMPLES, desc="potential",
              unit="rollout", disable=not ranks.FIRST) as bar:
        for start in range(0, len(todo), size):
            if ranks.firsts(clock.is_over):
                out_of_time()
            groups = rollout(chat, sampler, todo[start:start + size], POTENTIAL_SAMPLES,
                             seed("potential", step, todo[start].id), bar)
            shares = {group.question.id: sum(group.rewards) / POTENTIAL_SAMPLES for group in groups}
            append_jsonl(path, [{"step": step, "id": name, "p": share, "samples": POTENTIAL_SAMPLES}
                                for name, share in shares.items()])
            known |= shares
            clock.tick()
    return known


def curriculum(rows: list[tasks.Question], p: dict[str, float], stages: int, hopeless: str) -> list[list]:
    """The questions of each stage: one share more each time, from the highest potential 4 p (1 - p) down.

    Questions that every sample answered, or none, have no potential: hopeless is "last" or "leave out".
    """
    potential = {row.id: 4 * p[row.id] * (1 - p[row.id]) for row in rows}
    ranked = sorted((row for row in rows if potential[row.id] > 0), key=lambda row: -potential[row.id])
    pools = [ranked[:-(-len(ranked) * stage // stages)] for stage in range(1, stages + 1)]
    if hopeless == "last":
        pools[-1] = ranked + [row for row in rows if potential[row.id] == 0]
    return pools


def read_potential() -> dict[str, float]:
    """p of the questions in POTENTIAL, by id: the first, where later stages measured again."""
    makers = "python 04_grpo.py STAGES=4, or stage 2 with a model as TEACHER"
    return {row["id"]: row["p"] for row in reversed(read_jsonl(POTENTIAL, makers, "id", "p"))}


def open_stage(trainer: Trainer, chat: Chat, sampler, rows: list[tasks.Question], step: int, clock: Clock) -> list:
    """The questions of the stage that `step` belongs to; measures their potential first, if that is still to do."""
    given = read_potential() if POTENTIAL else None
    rows = [row for row in rows if given is None or row.id in given]
    rows = random.Random(seed("pool")).sample(rows, min(POTENTIAL_QUESTIONS or len(rows), len(rows)))
    begin = next(early for early in range(STEPS) if stage_of(early) == stage_of(step)) if REESTIMATE else 0
    if given and begin == 0:
        p = given
    else:
        sampler.update(trainer.model)
        p = measure(chat, sampler, rows, begin, clock)
    pools = curriculum(rows, p, STAGES, HOPELESS)
    if not pools[0]:
        stop(f"of {len(rows)} questions none was answered right by some samples and wrong by others: begin with a "
             "model that can more, ask easier questions, or give STAGES=1")
    new = [[p[row.id] for row in pool[len(before):]] for before, pool in zip([[], *pools], pools)]
    if ranks.FIRST:
        show_stages(f"{RUN}/potential.png", new, stage_of(step))
    return pools[stage_of(step)]


# ------------------------------------------------------------------------------------------------------- the run

def out_of_time():
    print(f"stopped before MAX_HOURS={MAX_HOURS}; run the same command again to go on")
    raise SystemExit(0)


def check_constants():
    for name, allowed in CHOICES.items():
        if globals()[name] not in allowed:
            stop(f"{name} is one of {', '.join(allowed)}, not {globals()[name]!r}")
    at_least_one(globals(), "RANK", "STEPS", "QUESTIONS", "GROUP", "TURN_TOKENS", "OUTPUT_TOKENS", "SAMPLER_BATCH",
                 "PASSES", "POTENTIAL_SAMPLES", "MICRO_TOKENS", "SAVE_EVERY", "SHOW_EVERY")
    if GROUP < 2 and ALGORITHM == "grpo":
        stop("GROUP must be at least 2: an advantage compares rollouts of the same question")
    if TEMPERATURE <= 0:
        stop("TEMPERATURE must be above 0: without chance all rollouts of a group are equal")
    if ALGORITHM == "ppo" and CRITIC_WARMUP >= STEPS:
        stop(f"CRITIC_WARMUP={CRITIC_WARMUP} must be below STEPS={STEPS}: in those steps the policy learns nothing")
    if POTENTIAL and STAGES == 1:
        stop(f"POTENTIAL={POTENTIAL} is for a curriculum: give STAGES=4, or POTENTIAL= for plain shuffling")
    if not 1 <= STAGES <= STEPS:
        stop(f"STAGES={STAGES} must be from 1 to STEPS={STEPS}: each stage has an equal share of the steps")


@ranks.together()
@memory_advice("MICRO_TOKENS", "SAMPLER_BATCH", "GPU_SHARE")
def main():
    given = override(globals(), sys.argv[1:])
    check_constants()
    rows = tasks.read_questions(DATA)
    if POTENTIAL and not read_potential().keys() & {row.id for row in rows}:  # before it costs anything
        stop(f"{POTENTIAL} has none of the questions of {DATA}; make it of these, or give POTENTIAL= to measure them")
    if SFT:
        inherit(globals(), given, f"{SFT}/constants.json", ["MODEL", "RANK", "FOUR_BIT", "MARKER"], "python 03_sft.py")
    path, adapter = ranks.firsts(lambda: find_model(MODEL)), SFT and find_adapter(SFT, "python 03_sft.py")
    chat = Chat(open_tokenizer(path), MARKER, MAX_CALLS, OUTPUT_TOKENS)
    rows = leave_room(chat, rows, MAX_TOKENS)
    print(sandbox.gaps(), end="", flush=True)
    checkpoint = ranks.firsts(lambda: begin_run(
        RUN, constants(globals()), inputs=[name for name in (DATA, adapter, POTENTIAL) if name],
        may_differ=("MAX_HOURS", "SAVE_EVERY", "SHOW_EVERY", "MICRO_TOKENS", "SAMPLER_BATCH", "GPU_SHARE",
                    *["STEPS"] * (STAGES == 1))))  # stages are shares of STEPS
    torch.manual_seed(SEED)  # the first weights of fresh adapters
    model = open_model(path, RANK, adapter or None, reference=True, critic=ALGORITHM == "ppo", four_bit=FOUR_BIT,
                       recompute=RECOMPUTE, dtype=compute_dtype(CPU_BF16))
    trainer = Trainer(model)
    critic = Trainer(model, "critic", value_head(model)) if ALGORITHM == "ppo" else None
    first = max(each.load(checkpoint) for each in (trainer, critic) if each)
    for name in ("metrics", "rollouts"):
        keep_steps(f"{RUN}/{name}.jsonl", first)
    keep_steps(f"{RUN}/potential.jsonl", first if checkpoint else -1)  # without one, of nobody knows which constants
    sampler = open_sampler(SAMPLER, path, chat, temperature=TEMPERATURE, rank=RANK, max_tokens=MAX_TOKENS,
                           batch=SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=GPU_SHARE, model=model)
    print(f"{STEPS} steps of {QUESTIONS} questions x {GROUP} rollouts, from step {first + 1} on", flush=True)
    run(trainer, critic, chat, sampler, rows, first)
    trainer.save_adapter(RUN)
    print(f"wrote {RUN}/adapter and {RUN}/reward.png")


def run(trainer: Trainer, critic: Trainer | None, chat: Chat, sampler, rows: list[tasks.Question], first: int):
    """The steps from `first` on, and what they leave in RUN."""
    def save(step):
        save_checkpoint(RUN, lambda folder: [each.save(folder, step) for each in (trainer, critic) if each])

    clock, pool, seconds = Clock(MAX_HOURS), rows, []
    for step in range(first, STEPS):
        if STAGES > 1 and (step == first or stage_of(step) > stage_of(step - 1)):
            save(step)  # what is measured now belongs to this policy
            pool = open_stage(trainer, chat, sampler, rows, step, clock)
        metrics, rollouts = train_step(trainer, critic, chat, sampler, pool, step)
        seconds.append(clock.tick())
        append_jsonl(f"{RUN}/metrics.jsonl", [metrics])
        append_jsonl(f"{RUN}/rollouts.jsonl", rollouts)
        print(status(metrics, STEPS, (STEPS - step - 1) * sum(seconds) / len(seconds) / 60), flush=True)
        if step % SHOW_EVERY == 0:
            shown = rollouts[step % len(rollouts)]
            print(f"\n{colored(chat, Episode(shown['ids'], shown['mask']))}\nreward {shown['reward']}\n", flush=True)
        if ranks.FIRST and (step % SHOW_EVERY == 0 or step + 1 == STEPS):
            plot(f"{RUN}/metrics.jsonl", f"{RUN}/reward.png", PANELS)
        is_over = ranks.firsts(clock.is_over)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == STEPS or is_over:
            save(step + 1)
        if is_over and step + 1 < STEPS:
            out_of_time()


if __name__ == "__main__":
    main()
