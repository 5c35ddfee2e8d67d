"""Stage 3: multi-turn supervised fine-tuning with QLoRA, or DPO after it; loss on the assistant's turns only.

Reads   data/sft.jsonl; with OBJECTIVE=dpo pairs such as data/steer_pairs.jsonl; the adapter of START, if that is given
Writes  runs/sft/adapter/       the LoRA adapter
        runs/sft/metrics.jsonl  one line a step; loss.png; constants.json; checkpoint/
Run     python 03_sft.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
        torchrun --nproc_per_node=2 03_sft.py [NAME=value ...]     the same steps, shared by two GPUs
        python 03_sft.py ESTIMATE=True [NAME=value ...]     what memory that takes, before a weight is opened
Takes   about 7 minutes on two CPU cores (SmolLM2-135M)

The mask is born with the tokens (`render` in tasks/episode.py): 1 for what the assistant writes, its end-of-turn token
included, 0 for questions, turn delimiters and code output. Minimised over all trajectories of a step:

    L = - sum_t m_t log p(x_t | x_<t) / sum_t m_t            (m: the mask)

The denominator is that of the whole step, so how it is cut into micro-batches changes memory and nothing else.
The same L of questions that are never trained on, the validation, tells learning from learning by heart.

OBJECTIVE=dpo learns instead which of two turns is better, from pairs of them, as CodeSteer does; its loss is in
tasks/dpo.py. There p_ref is the adapter of START, or without START the base.
"""
import random
import sys
from functools import cache

# Before torch, whose OpenMP reads how to wait as it is loaded.
from tasks.engine.constants import GPU, SMALL_MODEL, at_least_one, constants, inherit, override, stop  # isort: skip
import torch

from tasks import dpo
from tasks.engine import memory, ranks
from tasks.engine.files import Clock, append_jsonl, begin_run, find_adapter, keep_steps, read_jsonl, save_checkpoint
from tasks.engine.model import compute_dtype, find_model, memory_advice, open_model, open_tokenizer
from tasks.engine.scoring import computed, padded_batches, token_scores
from tasks.engine.training import Trainer, plot, speed, total
from tasks.episode import Chat, Episode, colored, render

# ---------------------------------------------------------------------------------------------------- constants
OBJECTIVE = "sft"                         # sft; dpo: learn from pairs which of two turns is better
# Model: with START, MODEL to FOUR_BIT and MARKER are those of that run
START = ""                                # a finished run to go on from; "": a fresh adapter on the base
MODEL = "Qwen/Qwen2.5-3B-Instruct" if GPU else SMALL_MODEL   # also Qwen/Qwen2.5-7B-Instruct, -14B-Instruct
RANK = 32 if GPU else 16                  # of LoRA; vLLM serves 8, 16, 32, 64
FOUR_BIT = True                           # NF4 base; False: 16-bit (32-bit on a CPU without bf16)
RECOMPUTE = GPU                           # gradient checkpointing: less memory, a third slower
CPU_BF16 = True                           # on a CPU that has it, 1.6 times as fast; False: fp32, as CPUs without it
# Data
DATA = "data/sft.jsonl"
MARKER = "angle"                          # as in stage 2
MASK_OUTPUT = True                        # False: train on code output too (the paper's comparison)
MAX_TOKENS = 2048 if GPU else 768         # longer trajectories, and pairs, are left out, and counted
# Optimisation
EPOCHS = 2 if GPU else 1
BATCH = 32 if GPU else 8                  # trajectories, or pairs, per optimizer step
MICRO_TOKENS = 4096 if GPU else 1024      # tokens per forward pass, padding included: lower it when memory runs out
LEARNING_RATE = 1e-4 if GPU else 1e-3     # peak; linear warm-up, then linear decay to zero
WARMUP = 0.05                             # share of all steps
CLIP_NORM = 1.0                           # of the gradient; 0: as it is
# DPO
DPO_LEARNING_RATE = 1e-5 if GPU else 2e-4  # in place of LEARNING_RATE; a tenth: what START says is to be kept. The few
                                          # steps without a GPU need more, but 5e-4 unlearned how to guide (README)
BETA = 0.1                                # the paper's; a pair pulls half as hard once its turns are 11 nats apart
SFT_WEIGHT = 0.0                          # 0: DPO alone, as in CodeSteer; 1 keeps the chosen turns from growing rarer
# Validation
VALIDATION = 0.02                         # share of the questions that is not trained on ...
HANDFUL = 8                               # ... at least so many; none if more than a tenth would be needed for that
EVAL_EVERY = 50 if GPU else 20            # steps; 0, of this or VALIDATION: train on everything
KEEP_BEST = False                         # True: the adapter is that of the smallest validation loss, not the last
# Runtime
SEED = 0
SAVE_EVERY = 20                           # steps
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
RUN = "runs/sft"
ESTIMATE = False                          # True: print what memory this takes and what is here, and end
# ---------------------------------------------------------------------------------------------------------------

EXAMPLES = {"sft": "trajectories", "dpo": "pairs"}
PANELS = {"loss": ["loss", "valid_loss"], "accuracy": ["accuracy", "valid_accuracy"],
          "DPO's part of the loss": ["dpo_loss", "valid_dpo_loss"], "SFT's part": ["sft_loss", "valid_sft_loss"],
          "margin": ["margin", "valid_margin"],
          "log p of a turn": ["chosen", "rejected", "valid_chosen", "valid_rejected"]}  # as far as there are values


# ------------------------------------------------------------------------------------------------------- the data

def read_trajectory(chat: Chat, row: dict, name: str) -> Episode:
    """A row as ids and mask; stops where it is no conversation of a user and an assistant, who has the last word."""
    messages = row["messages"] if isinstance(row["messages"], list) else []
    for number, message in enumerate(messages, 1):
        match message:  # a system message would be taken for the question
            case {"role": role, "content": str()} if role == ("assistant", "user")[number % 2]:
                continue
        stop(f"{name}: messages are texts of user and assistant in turn, which number {number} is not")
    if not messages or len(messages) % 2:
        stop(f"{name} has no messages that end in an assistant's turn")
    return render(chat, messages, output_mask=0 if MASK_OUTPUT else 1)


def episodes_of(example: Episode | dpo.Pair) -> list[Episode]:
    return [example] if isinstance(example, Episode) else [*example]


def length(example: Episode | dpo.Pair) -> int:
    """Tokens of an example, of a pair those of its longer side."""
    return max(len(episode.ids) for episode in episodes_of(example))


def load_data(chat: Chat) -> tuple[list, list]:
    """All examples, EXAMPLES of OBJECTIVE, as ids and masks: those for training and those for validation."""
    read, what = {"sft": read_trajectory, "dpo": dpo.read_pair}[OBJECTIVE], EXAMPLES[OBJECTIVE]
    maker, examples = "python 02_synthesize.py" + " METHOD=steer" * (OBJECTIVE == "dpo"), []
    rows = read_jsonl(DATA, maker, "id", "messages")
    for number, row in enumerate(rows, 1):
        example = read(chat, row, f"{DATA} line {number} ({row['id']})")
        if length(example) <= MAX_TOKENS:
            examples.append((row["id"], example))
    if not examples:
        stop(f"all {len(rows)} {what} of {DATA} are longer than MAX_TOKENS={MAX_TOKENS}")
    held_out = validation_questions({name for name, _ in examples})
    training, validation = ([example for name, example in examples if (name in held_out) == held]
                            for held in (False, True))
    if not training:
        stop(f"VALIDATION={VALIDATION} leaves nothing to train on; lower it")
    masks = [episode.mask for example in training for episode in episodes_of(example)]
    tokens, trained = sum(map(len, masks)), sum(map(sum, masks))
    print(f"{len(training)} {what}, {tokens} tokens, {trained / tokens:.0%} of them trained; "
          f"{len(rows) - len(examples)} left out as longer than {MAX_TOKENS}")
    print(f"validation: {len(validation)} {what} of {len(held_out)} questions" if held_out else "no validation: "
          + (f"too few questions to spare {HANDFUL}" if EVAL_EVERY and VALIDATION else "none asked for"))
    return training, validation


def validation_questions(names: set[str]) -> set[str]:
    """Ids of the questions that are not trained on; none where HANDFUL would be more than a tenth of them.

    By a number that is drawn for each id alone, so a question hardly ever changes sides when others come or go. Its
    seed is no other's: with that of stage 2's styles all of them would be in one style.
    """
    count = max(HANDFUL, round(VALIDATION * len(names)))
    if not EVAL_EVERY or not VALIDATION or count > max(VALIDATION, 0.1) * len(names):
        return set()
    return set(sorted(names, key=lambda name: (random.Random(f"validation/{SEED}/{name}").random(), name))[:count])


def rows_of_step(count: int, step: int) -> list[int]:
    """Rows of optimizer step `step` (from 0): each epoch visits all rows once, in an order of its own. The last rows of
    the last epoch are left out where they do not fill a batch.

    A function of the step alone, so a resumed run needs no cursor and meets the same batches.
    """
    return [shuffled(count, SEED, position // count)[position % count]
            for position in range(step * BATCH, (step + 1) * BATCH)]


@cache
def shuffled(count: int, seed: int, epoch: int) -> list[int]:
    """The order of all rows in an epoch."""
    order = list(range(count))
    random.Random(f"{seed}/{epoch}").shuffle(order)
    return order


def learning_rate(step: int, steps: int) -> float:
    """Linear warm-up over the first WARMUP of the steps, then linear decay; step from 0."""
    peak, warm = DPO_LEARNING_RATE if OBJECTIVE == "dpo" else LEARNING_RATE, max(1, round(WARMUP * steps))
    return peak * min((step + 1) / warm, (steps - step) / max(1, steps - warm))


# ------------------------------------------------------------------------------------------------------ the objective

def pass_over(model, examples: list, learn=None) -> dict:
    """L of these examples and what else there is to know of it; each rank computes its share. All ranks must call.

    learn: takes the part of L that each micro-batch is
    """
    if OBJECTIVE == "dpo":
        return dpo.pass_over_pairs(model, examples, "ref" if START else None, BETA, SFT_WEIGHT, MICRO_TOKENS, learn)
    denominator, parts = sum(sum(episode.mask) for episode in examples), []
    mine = [examples[row] for row in ranks.share([len(episode.ids) for episode in examples])]
    for _, batch in padded_batches(mine, MICRO_TOKENS):
        parts.append(pass_over_batch(model, batch, denominator, learn))
    return total(part for own in ranks.everyones(parts) for part in own) | {"trained_tokens": denominator}


def pass_over_batch(model, batch, denominator: int, learn) -> dict:
    """One micro-batch's part of that. In a function of its own, lest its graph lives on while the next one grows."""
    logprobs, _, likeliest = token_scores(model, *batch)  # (N,) each
    loss = -logprobs.sum() / denominator
    if learn:
        learn(loss)
    tokens, padded = computed(*batch)
    return {"loss": loss.item(), "accuracy": likeliest.sum().item() / denominator, "tokens": tokens, "padded": padded}


def train_step(trainer: Trainer, examples: list, rate: float) -> dict:
    """One optimizer step; returns its metrics."""
    clock = Clock(0)
    metrics = pass_over(trainer.model, examples, trainer.backward)
    norm = trainer.update(rate, CLIP_NORM)
    return metrics | {"padding": 1 - metrics["tokens"] / metrics.pop("padded"), "grad_norm": norm,
                      "learning_rate": trainer.learning_rate(), "seconds": round(clock.tick(), 2)}


@torch.no_grad()
def validate(trainer: Trainer, examples: list) -> dict:
    """Loss and accuracy, and what else is drawn, of what is not trained on: columns of the step before them."""
    metrics = pass_over(trainer.model, examples)
    return {f"valid_{name}": value for name, value in metrics.items()
            if name not in ("tokens", "padded", "trained_tokens")}


# --------------------------------------------------------------------------------------------------------- the run

def show_samples(chat: Chat, examples: list):
    """Two examples with trained tokens in green and the others in red: the cheapest check of a mask there is."""
    for example in (examples[0], max(examples[:50], key=length)):
        for episode in episodes_of(example):
            print(f"\n{colored(chat, episode)}")
    print(flush=True)


@ranks.together()
@memory_advice("MICRO_TOKENS")
def main():
    given = override(globals(), sys.argv[1:])
    if OBJECTIVE not in EXAMPLES:
        stop(f"OBJECTIVE is one of {', '.join(EXAMPLES)}, not {OBJECTIVE!r}")
    at_least_one(globals(), "RANK", "EPOCHS", "BATCH", "MICRO_TOKENS", "SAVE_EVERY", "HANDFUL")
    adapter, maker = None, f"python 03_sft.py RUN={START}"
    if START:
        adapter = find_adapter(START, maker)
        inherit(globals(), given, f"{START}/constants.json", ["MODEL", "RANK", "FOUR_BIT", "MARKER"], maker)
    path = ranks.firsts(lambda: find_model(MODEL))
    if ESTIMATE:
        longest = 2 * MAX_TOKENS if OBJECTIVE == "dpo" else MAX_TOKENS
        tokens = max(MICRO_TOKENS, longest)  # the longest example is a micro-batch in any case
        print(memory.report(path, compute_dtype(CPU_BF16), rank=RANK, tokens=tokens, four_bit=FOUR_BIT,
                            recompute=RECOMPUTE))
        return
    chat = Chat(open_tokenizer(path), MARKER)
    examples, validation = load_data(chat)
    if KEEP_BEST and not validation:
        stop("KEEP_BEST=True needs validation: give more questions, a larger VALIDATION, or EVAL_EVERY above 0")
    steps = max(1, EPOCHS * len(examples) // BATCH)
    checkpoint = ranks.firsts(lambda: begin_run(
        RUN, constants(globals()), ("MAX_HOURS", "SAVE_EVERY", "MICRO_TOKENS"),
        inputs=(DATA, adapter) if adapter else (DATA,)))
    torch.manual_seed(SEED)  # the first weights of a fresh adapter
    trainer = Trainer(open_model(path, RANK, adapter, reference=OBJECTIVE == "dpo", four_bit=FOUR_BIT,
                                 recompute=RECOMPUTE, dtype=compute_dtype(CPU_BF16)))
    first = trainer.load(checkpoint)
    keep_steps(f"{RUN}/metrics.jsonl", first)
    if first == 0:
        show_samples(chat, examples)
    print(f"{steps} steps of {BATCH} {EXAMPLES[OBJECTIVE]}" + (f", going on after step {first}" if first else ""),
          flush=True)
    if not run(trainer, examples, validation, first, steps):
        return
    if trainer.best["weights"]:
        trainer.take(trainer.best["weights"])
        print(f"the adapter is that of step {trainer.best['step']}, of validation loss {trainer.best['loss']:.3f}")
    trainer.save_adapter(RUN)
    if ranks.FIRST:
        plot(f"{RUN}/metrics.jsonl", f"{RUN}/loss.png", PANELS)
    print(f"wrote {RUN}/adapter and {RUN}/loss.png")


def run(trainer: Trainer, examples: list, validation: list, first: int, steps: int) -> bool:
    """The steps from `first` on, and what they leave in RUN; False where it stopped before its hours were over."""
    clock, gpu = Clock(MAX_HOURS), torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    for step in range(first, steps):
        batch = [examples[row] for row in rows_of_step(len(examples), step)]
        metrics = {"step": step + 1} | train_step(trainer, batch, learning_rate(step, steps))
        if validation and ((step + 1) % EVAL_EVERY == 0 or step + 1 == steps):
            metrics |= validate(trainer, validation)
            if KEEP_BEST:
                trainer.keep_if_best(step + 1, metrics["valid_loss"])
        append_jsonl(f"{RUN}/metrics.jsonl", [metrics])
        clock.tick()
        print(f"step {step + 1:4}/{steps} | loss {metrics['loss']:.3f} | "
              + (f"valid {metrics['valid_loss']:.3f} | " if "valid_loss" in metrics else "")
              + (f"right {metrics['accuracy']:4.0%} | margin {metrics['margin']:.2f} | " if "margin" in metrics else "")
              + f"grad {metrics['grad_norm']:6.2f} | lr {metrics['learning_rate']:.1e} | {metrics['seconds']:5.1f} s | "
              f"{speed(trainer.model.config, metrics, gpu)} | {(steps - step - 1) * clock.mean() / 60:.1f} min left",
              flush=True)
        is_over = ranks.firsts(clock.is_over)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps or is_over:
            save_checkpoint(RUN, lambda folder: trainer.save(folder, step + 1))
        if is_over and step + 1 < steps:
            print(f"stopped before MAX_HOURS={MAX_HOURS}; run the same command again to go on")
            return False
    return True


if __name__ == "__main__":
    main()
