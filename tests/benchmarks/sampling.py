"""The transformers sampler with plain matrices or without, and with heads folded or not: side by side.

Run     python tests/benchmarks/sampling.py [NAME=value ...]     a Markdown table, row by row
Takes   half a minute on an H100 with ROUNDS=1 TOKENS=48

Random weights of a real shape, so turns hardly ever end before TOKENS. All four ways sample the same prompts in one
process, one after another, ROUNDS times after a first round that warms up. The gap is the mean distance of the
log-probabilities from those that the trainer gives to the same tokens.
"""
import contextlib
import itertools
import random
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

from gpu import SHAPES, open_as  # noqa: E402  needs the path above, and adds those of the project and its tests

from tasks.engine.constants import override, stop  # noqa: E402

SHAPE = "0.5B"          # of gpu.py
DTYPE = "bfloat16"
FOUR_BIT = False
RANK = 16
ROWS = 256              # turns at a time
PROMPT_TOKENS = 250
TOKENS = 64             # sampled in each
ROUNDS = 2

HEAD = "| plain matrices | heads folded | seconds | tokens/s | gap |\n|---|---|---:|---:|---:|"


def sample(sampler, prompts: list[list[int]]) -> tuple[float, list]:
    """Seconds that a turn after each prompt takes, and the samples."""
    import torch
    for key, prompt in enumerate(prompts):
        sampler.add(key, prompt, TOKENS, seed=key)
    samples, start = {}, time.perf_counter()
    while len(samples) < len(prompts):
        samples |= dict(sampler.step())
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    for key in samples:
        sampler.drop(key)
    return seconds, [samples[key] for key in range(len(prompts))]


def gap(model, prompts: list[list[int]], samples: list) -> float:
    """Mean distance of sampler and trainer in a token's log-probability, over a few turns."""
    import torch

    from tasks.engine.scoring import by_episode, token_logprobs
    from tasks.episode import Episode
    few = range(min(8, len(prompts)))
    episodes = [Episode(prompts[row] + samples[row].ids, [0] * len(prompts[row]) + [1] * len(samples[row].ids))
                for row in few]
    with torch.no_grad():
        scores = by_episode(episodes, 4096, lambda *batch: token_logprobs(model, *batch, 1.0)[0])
    return statistics.fmean(abs(a - b) for row in few for a, b in zip(samples[row].logprobs, scores[row].tolist()))


def main():
    override(globals(), sys.argv[1:])
    if SHAPE not in SHAPES:
        stop(f"SHAPE is one of {', '.join(SHAPES)}, not {SHAPE!r}")
    import torch
    from conftest import make_model
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    from tasks.engine import attention, sampler
    from tasks.engine.model import open_model, open_tokenizer, trained_parameters
    from tasks.episode import Chat
    open_as(SHAPE, DTYPE)
    chat, rng = Chat(open_tokenizer(make_model(tempfile.mkdtemp()))), random.Random(0)
    model = open_model("", RANK, four_bit=FOUR_BIT, recompute=False)
    folded, full = attention._with_folded_heads, sampler.full_weights
    for name, weight in trained_parameters(model).items():  # a fresh adapter adds nothing
        weight.data.add_(0.01 * torch.randn_like(weight) * (".lora_B." in name))
    layer = model.get_base_model().model.layers[0].self_attn  # all have as many heads
    prompts = [[rng.randrange(500) for _ in range(PROMPT_TOKENS)] for _ in range(ROWS)]
    engine = sampler.TransformersSampler(model, chat, 1.0, ROWS)
    where = torch.cuda.get_device_name() if torch.cuda.is_available() else "a CPU"
    print(f"On {where}, torch {torch.__version__}: {SHAPE} in {'NF4' if FOUR_BIT else DTYPE}, {ROWS} turns of {TOKENS} "
          f"tokens after {PROMPT_TOKENS}\n\n{HEAD}")
    for plain, fold in itertools.product((False, True), repeat=2):
        sampler.full_weights = full if plain else lambda *_: contextlib.nullcontext()
        attention._with_folded_heads = folded if fold else partial(sdpa_attention_forward, layer)
        rounds = [sample(engine, prompts) for _ in range(ROUNDS + 1)][1:]
        seconds = statistics.median(each for each, _ in rounds)
        drawn = sum(len(each.ids) for each in rounds[-1][1])
        print(f"| {'yes' if plain else 'no'} | {'yes' if fold else 'no'} | {seconds:.2f} | {drawn / seconds:.0f} | "
              f"{gap(model, prompts, rounds[-1][1]):.4f} |", flush=True)


if __name__ == "__main__":
    main()
