"""Training and sampling in fp32 and in bf16, with an NF4 base and with a plain one: tokens a second, side by side.

Run     python tests/benchmarks/precision.py [NAME=value ...]     on a CPU

All four models are open in one process and take turns, so what else the machine does hits them alike. A training pass
is stage 3's, forward and backward over one micro-batch; sampling is a turn of several questions at once, as in stages
4 and 5. Peaks of memory are not comparable here: `/usr/bin/time -v python 03_sft.py` gives them for one kind.
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
QUESTIONS = 32          # that are sampled at once
TURN_TOKENS = 48        # at most, of each answer
RANK = 16
CPU_TIME = False        # True: seconds of the process' CPU time, steadier where other programs run, too (one thread)
KINDS = [(four_bit, dtype) for four_bit in (True, False) for dtype in ("float32", "bfloat16")]


def open_kind(path: str, four_bit: bool, dtype: str):
    """The model with its base in four bits or not, as stage 3 opens it where this dtype is the one to compute in."""
    import torch

    from tasks.engine import model
    model.compute_dtype = lambda: getattr(torch, dtype)
    torch.manual_seed(0)
    return model.open_model(path, RANK, four_bit=four_bit, recompute=False)


def train(model, rows) -> int:
    """One forward and backward pass; the tokens that were read."""
    from tasks.engine.scoring import token_logprobs
    logprobs, _ = token_logprobs(model, *rows)
    (-logprobs.mean()).backward()
    model.zero_grad(set_to_none=True)
    return rows[0].numel()


def sample(model, chat, prompts) -> int:
    """One turn after each prompt; the tokens that were sampled."""
    from conftest import generate

    from tasks.engine.sampler import TransformersSampler
    samples = generate(TransformersSampler(model, chat, 1.0, QUESTIONS), prompts, [TURN_TOKENS] * len(prompts), seed=0)
    return sum(len(one.ids) for one in samples)


def main():
    override(globals(), sys.argv[1:])
    import torch

    from tasks.engine import model as engine
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
    models = {kind: open_kind(path, *kind) for kind in KINDS}
    speeds = {kind: {"training": [], "sampling": []} for kind in KINDS}
    for turn in range(ROUNDS):
        for kind in KINDS:
            engine.compute_dtype = lambda: getattr(torch, kind[1])
            for work, task in (("training", lambda: train(models[kind], (ids, torch.ones_like(ids), mask))),
                               ("sampling", lambda: sample(models[kind], chat, prompts))):
                start = now()
                tokens = task()
                if turn:
                    speeds[kind][work].append(tokens / (now() - start))
    print(f"{Path(path).name}, {torch.get_num_threads()} threads, GOMP_SPINCOUNT={os.environ.get('GOMP_SPINCOUNT')}\n")
    print("| base | compute | training, tokens/s | to fp32 NF4 | sampling, tokens/s | to fp32 NF4 |")
    print("|---|---|---:|---:|---:|---:|")
    first = {work: statistics.median(values) for work, values in speeds[KINDS[0]].items()}
    for (four_bit, dtype), columns in speeds.items():
        cells = [f"{statistics.median(values):.1f} | {statistics.median(values) / first[work]:.2f}"
                 for work, values in columns.items()]
        print(f"| {'NF4' if four_bit else 'plain'} | {dtype} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
