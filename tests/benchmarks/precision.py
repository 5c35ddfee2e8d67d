"""Training and sampling in fp32 and in bf16, with an NF4 base and with a plain one: tokens a second, side by side.

Run     python tests/benchmarks/precision.py [NAME=value ...]     on a CPU

All four models are open in one process and take turns, so what else the machine does hits them alike. A training pass
is stage 3's, forward and backward over one micro-batch; sampling is a turn of several questions at once, as in stage 4,
and last as in stages 2 and 5, where only the products with matrices are in bf16. The gap is that of the
log-probabilities of the sampled tokens, which stage 4 takes to be alike.
"""
import os
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
import tasks  # noqa: E402
from tasks.engine.constants import override  # noqa: E402

MODEL = ""              # a folder; empty: SmolLM2-135M-Instruct
ROUNDS = 3              # the first one, which warms up, is not counted
ROWS = 8                # trajectories of a training pass
TOKENS = 256            # of each, the last quarter trained
QUESTIONS = 16          # that are sampled at once
TURN_TOKENS = 48        # at most, of each answer
RANK = 16
CPU_TIME = False        # True: seconds of the process' CPU time, steadier where other programs run, too (one thread)
KINDS = [(four_bit, dtype, "the same") for four_bit in (True, False) for dtype in ("float32", "bfloat16")]
KINDS += [(True, "float32", "bfloat16")]  # base, what it is opened in, products while it samples


def open_kind(path: str, four_bit: bool, dtype: str):
    """The model with its base in four bits or not, as stage 3 opens it where this dtype is the one to compute in."""
    import torch

    from tasks.engine import model
    torch.manual_seed(0)
    return model.open_model(path, RANK, four_bit=four_bit, recompute=False, dtype=getattr(torch, dtype))


def train(model, rows) -> int:
    """One forward and backward pass; the tokens that were read."""
    from tasks.engine.scoring import token_logprobs
    logprobs, _ = token_logprobs(model, *rows)
    (-logprobs.mean()).backward()
    model.zero_grad(set_to_none=True)
    return rows[0].numel()


def sample(model, chat, prompts, products: str) -> list:
    """One turn after each prompt."""
    import torch
    from conftest import generate

    from tasks.engine.sampler import TransformersSampler
    return generate(TransformersSampler(model, chat, 1.0, QUESTIONS, getattr(torch, products, None)), prompts,
                    [TURN_TOKENS] * len(prompts), seed=0)


def gaps(model, prompts, samples):
    """How far the log-probabilities of sampler and trainer are apart, of every sampled token."""
    import torch

    from tasks.engine.scoring import pad, token_logprobs
    rows = pad([prompt + one.ids for prompt, one in zip(prompts, samples)],
               [[0] * len(prompt) + [1] * len(one.ids) for prompt, one in zip(prompts, samples)])
    with torch.no_grad():
        scored, _ = token_logprobs(model, *rows)
    return (scored - torch.tensor([value for one in samples for value in one.logprobs])).abs()


def main():
    override(globals(), sys.argv[1:])
    import torch

    from tasks.engine.model import SMALL_MODEL, find_model, open_tokenizer
    from tasks.episode import Chat
    now = time.process_time if CPU_TIME else time.perf_counter
    path = find_model(MODEL or SMALL_MODEL)
    chat = Chat(open_tokenizer(path))
    prompts = [chat.begin(chat.prompt(tasks.make("bbh/object_counting", seed, 0.0, "train").question)).ids
               for seed in range(QUESTIONS)]
    ids = torch.randint(100, 10_000, (ROWS, TOKENS), generator=torch.Generator().manual_seed(0))  # (B, T)
    mask = torch.zeros_like(ids)
    mask[:, -TOKENS // 4:] = 1
    models = {kind: open_kind(path, *kind) for kind in dict.fromkeys(kind[:2] for kind in KINDS)}
    speeds, apart = {kind: {"training": [], "sampling": []} for kind in KINDS}, {}
    for turn in range(ROUNDS):
        for kind in KINDS:
            start = now()
            tokens = train(models[kind[:2]], (ids, torch.ones_like(ids), mask))
            middle = now()
            samples = sample(models[kind[:2]], chat, prompts, kind[2])
            end = now()
            if turn:
                speeds[kind]["training"].append(tokens / (middle - start))
                speeds[kind]["sampling"].append(sum(len(one.ids) for one in samples) / (end - middle))
            apart[kind] = gaps(models[kind[:2]], prompts, samples)
    print(f"{Path(path).name}, {torch.get_num_threads()} threads, GOMP_SPINCOUNT={os.environ.get('GOMP_SPINCOUNT')}\n")
    print("| base | compute | products of the sampler | training, tokens/s | to NF4 fp32 | sampling, tokens/s "
          "| to NF4 fp32 | gap of sampler and trainer | at most |\n|---|---|---|---:|---:|---:|---:|---:|---:|")
    first = {work: statistics.median(values) for work, values in speeds[KINDS[0]].items()}
    for (four_bit, dtype, products), columns in speeds.items():
        cells = [f"{statistics.median(values):.1f} | {statistics.median(values) / first[work]:.2f}"
                 for work, values in columns.items()]
        gap = apart[four_bit, dtype, products]
        print(f"| {'NF4' if four_bit else 'plain'} | {dtype} | {products} | {' | '.join(cells)} | {gap.mean():.5f} | "
              f"{gap.max():.4f} |")


if __name__ == "__main__":
    main()
