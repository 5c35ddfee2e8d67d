"""Stage 3: multi-turn supervised fine-tuning with QLoRA, loss on the assistant's turns only.

Reads   data/sft.jsonl
Writes  runs/sft/adapter/       the LoRA adapter
        runs/sft/metrics.jsonl  one line a step; loss.png; constants.json; checkpoint/
Run     python 03_sft.py [NAME=value ...]     run it again after any interruption: it goes on where it stopped
        torchrun --nproc_per_node=2 03_sft.py [NAME=value ...]     the same steps, shared by two GPUs
Takes   about 9 minutes on two CPU cores (SmolLM2-135M)

The mask is born with the tokens (`render` in tasks/episode.py): 1 for what the assistant writes, its end-of-turn token
included, 0 for questions, turn delimiters and code output. Minimised over all trajectories of a step:

    L = - sum_t m_t log p(x_t | x_<t) / sum_t m_t            (m: the mask)

The denominator is that of the whole step, so how it is cut into micro-batches changes memory and nothing else.
"""
import random
import sys

from tasks.engine.constants import GPU, constants, override, stop  # isort: skip (before torch)
import torch

from tasks.engine import ranks
from tasks.engine.files import Clock, append_jsonl, begin_run, keep_steps, read_jsonl, save_checkpoint
from tasks.engine.model import SMALL_MODEL, find_model, memory_advice, open_model, open_tokenizer
from tasks.engine.scoring import micro_batches, pad, token_logprobs
from tasks.engine.training import Trainer, plot
from tasks.episode import Chat, Episode, colored, render

# ---------------------------------------------------------------------------------------------------- constants
# Model
MODEL = "Qwen/Qwen2.5-3B-Instruct" if GPU else SMALL_MODEL   # also Qwen/Qwen2.5-7B-Instruct, -14B-Instruct
RANK = 32 if GPU else 16                  # of LoRA; vLLM serves 8, 16, 32, 64
FOUR_BIT = True                           # NF4 base; False: 16-bit (32-bit on a CPU)
RECOMPUTE = GPU                           # gradient checkpointing: less memory, a third slower
# Data
DATA = "data/sft.jsonl"
MARKER = "angle"                          # as in stage 2
MASK_OUTPUT = True                        # False: train on code output too (the paper's comparison)
MAX_TOKENS = 2048 if GPU else 768         # longer trajectories are left out, and counted
# Optimisation
EPOCHS = 2 if GPU else 1
BATCH = 32 if GPU else 8                  # trajectories per optimizer step
MICRO_TOKENS = 4096 if GPU else 2048       # padded tokens per forward pass: lower it when memory runs out
LEARNING_RATE = 1e-4 if GPU else 1e-3     # peak; linear warm-up, then linear decay to zero
WARMUP = 0.05                             # share of all steps
CLIP_NORM = 1.0
# Runtime
SEED = 0
SAVE_EVERY = 20                           # steps
MAX_HOURS = 11.5                          # stops by itself before this; run again to go on
RUN = "runs/sft"
# ---------------------------------------------------------------------------------------------------------------


def load_data(chat: Chat) -> list[Episode]:
    """All trajectories as ids and masks. Stops at a row that would train nothing or not its own end."""
    episodes, too_long = [], 0
    for number, row in enumerate(read_jsonl(DATA, "python 02_synthesize.py"), 1):
        episode = render(chat, row["messages"], output_mask=0 if MASK_OUTPUT else 1)
        if sum(episode.mask) == 0:
            stop(f"{DATA} line {number} ({row['id']}) has no token to train on: no assistant turn")
        if not (episode.ids[-1] == chat.end_of_turn and episode.mask[-1]):
            stop(f"{DATA} line {number} ({row['id']}) does not end in an assistant turn")
        if len(episode.ids) > MAX_TOKENS:
            too_long += 1
        else:
            episodes.append(episode)
    if not episodes:
        stop(f"all {too_long} trajectories of {DATA} are longer than MAX_TOKENS={MAX_TOKENS}")
    tokens, trained = sum(len(e.ids) for e in episodes), sum(sum(e.mask) for e in episodes)
    print(f"{len(episodes)} trajectories, {tokens} tokens, {trained / tokens:.0%} of them trained; "
          f"{too_long} left out as longer than {MAX_TOKENS}")
    return episodes


def rows_of_step(count: int, step: int) -> list[int]:
    """Rows of optimizer step `step` (from 0): each epoch visits all rows once, in an order of its own.

    A function of the step alone, so a resumed run needs no cursor and meets the same batches.
    """
    rows = []
    for position in range(step * BATCH, (step + 1) * BATCH):
        epoch, place = divmod(position, count)
        order = list(range(count))
        random.Random(f"{SEED}/{epoch}").shuffle(order)
        rows.append(order[place])
    return rows


def learning_rate(step: int, steps: int) -> float:
    """Linear warm-up over the first WARMUP of the steps, then linear decay; step from 0."""
    warm = max(1, round(WARMUP * steps))
    return LEARNING_RATE * min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def nll(model, episodes: list[Episode], denominator: int):
    """Summed negative log-likelihood of the trained tokens, over `denominator`: this micro-batch's part of L."""
    ids, attention_mask, loss_mask = pad([e.ids for e in episodes], [e.mask for e in episodes])  # (B, T) each
    logprobs, _ = token_logprobs(model, ids, attention_mask, loss_mask)                          # (N,)
    return -logprobs.sum() / denominator


def train_step(trainer: Trainer, episodes: list[Episode], rate: float) -> dict:
    """One optimizer step over `episodes`, of which each rank computes its share; returns its metrics."""
    denominator = sum(sum(episode.mask[1:]) for episode in episodes)
    mine = [episodes[row] for row in ranks.share([len(episode.ids) for episode in episodes])]
    loss = 0.0
    for rows in micro_batches([len(episode.ids) for episode in mine], MICRO_TOKENS):
        part = nll(trainer.model, [mine[row] for row in rows], denominator)
        trainer.backward(part)
        loss += part.item()
    norm = trainer.update(rate, CLIP_NORM)
    return {"loss": sum(ranks.everyones(loss)), "grad_norm": norm, "learning_rate": trainer.learning_rate(),
            "trained_tokens": denominator}


def show_samples(chat: Chat, episodes: list[Episode]):
    """Two trajectories with trained tokens in green and the others in red: the cheapest check of a mask there is."""
    longest_first = sorted(episodes[:50], key=lambda episode: -len(episode.ids))
    for episode in (episodes[0], longest_first[0]):
        print(f"\n{colored(chat, episode)}")
    print(flush=True)


@ranks.together()
@memory_advice("MICRO_TOKENS")
def main():
    override(globals(), sys.argv[1:])
    path = ranks.firsts(lambda: find_model(MODEL))
    chat = Chat(open_tokenizer(path), MARKER)
    episodes = load_data(chat)
    steps = max(1, EPOCHS * len(episodes) // BATCH)
    checkpoint = ranks.firsts(lambda: begin_run(
        RUN, constants(globals()), ("MAX_HOURS", "SAVE_EVERY", "MICRO_TOKENS"), inputs=(DATA,)))
    torch.manual_seed(SEED)  # the adapter's first weights
    trainer = Trainer(open_model(path, RANK, four_bit=FOUR_BIT, recompute=RECOMPUTE))
    first = trainer.load(checkpoint)
    keep_steps(f"{RUN}/metrics.jsonl", first)
    if first == 0:
        show_samples(chat, episodes)
    print(f"{steps} steps of {BATCH} trajectories" + (f", going on after step {first}" if first else ""), flush=True)
    clock = Clock(MAX_HOURS)
    for step in range(first, steps):
        batch = [episodes[row] for row in rows_of_step(len(episodes), step)]
        metrics = {"step": step + 1} | train_step(trainer, batch, learning_rate(step, steps))
        metrics["seconds"] = round(clock.tick(), 2)
        append_jsonl(f"{RUN}/metrics.jsonl", [metrics])
        print(f"step {step + 1:4}/{steps} | loss {metrics['loss']:.3f} | grad {metrics['grad_norm']:6.2f} | "
              f"lr {metrics['learning_rate']:.1e} | {metrics['trained_tokens']:5} trained tokens | "
              f"{metrics['seconds']:5.1f} s | {(steps - step - 1) * clock.mean() / 60:4.1f} min left", flush=True)
        is_over = ranks.firsts(clock.is_over)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps or is_over:
            save_checkpoint(RUN, lambda folder: trainer.save(folder, step + 1))
        if is_over and step + 1 < steps:
            print(f"stopped before MAX_HOURS={MAX_HOURS}; run the same command again to go on")
            return
    if ranks.FIRST:
        trainer.model.save_pretrained(f"{RUN}/adapter", selected_adapters=["default"])
        plot(f"{RUN}/metrics.jsonl", f"{RUN}/loss.png", {"loss per trained token": ["loss"]})
    print(f"wrote {RUN}/adapter and {RUN}/loss.png")


if __name__ == "__main__":
    main()
