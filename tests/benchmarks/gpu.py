"""Memory and speed of stages 3 and 4 with models of the real shapes and random weights, held to the size of a card.

Run     python tests/benchmarks/gpu.py [NAME=value ...]     a Markdown table, row by row; also in the file OUT
Takes   a GPU, for as long as its seconds say and some more to begin with

Each row is a process of its own. `open_model` is given random weights instead of a file's, one tensor for each shape,
so nothing is downloaded and hardly any memory of the host is needed; from there on everything is the project's own:
NF4 base, adapters, optimizer, `train_step` of both stages, at the constants that a GPU has by default and those of the
row. Torch may use as much memory as a card of that size has beside what CUDA itself takes, which is measured; the
optimizer's paged state (2 bytes for each weight of the adapter) is managed memory, outside of what is counted here.

Random weights hardly ever end a turn, so turns have TURN_TOKENS: the worst case, in length as in memory. Rewards are a
coin's, so that every group is learned from. The first step of stage 3 warms up and is not counted. The speed is that of
the card that this runs on: a smaller one holds what its row says, and takes longer.
"""
import gc
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tasks.engine.constants import override, stop  # noqa: E402

TOKENIZER = ""          # folder of a tokenizer; empty: a tiny one, made on the spot
ONLY = ""               # numbers of rows, as in 0,3; empty: all
BATCH = 32              # trajectories in a step of stage 3, of MAX_TOKENS / 4 to MAX_TOKENS tokens
QUESTIONS = 16          # in a step of stage 4
GROUP = 8
PROMPT_TOKENS = 512     # instructions and question
TURN_TOKENS = 1024      # fewer after a prompt that is longer by as many take as much memory in less time
OUT = "gpu.md"

# The README's: GB of the card, model, type of numbers, constants beside a GPU's defaults
ROWS = [(8, "3B", "bfloat16", "SAMPLER_BATCH=12"), (16, "3B", "float16", "SAMPLER_BATCH=32"),
        (16, "7B", "float16", "SAMPLER_BATCH=16"), (24, "7B", "bfloat16", ""),
        (24, "14B", "bfloat16", "SAMPLER_BATCH=6"), (40, "14B", "bfloat16", "SAMPLER_BATCH=16")]

# Of Qwen2.5: hidden and intermediate size, layers, heads of queries and of keys, vocabulary, whether it is the head too
SHAPES = {"0.5B": (896, 4864, 24, 14, 2, 151936, True), "3B": (2048, 11008, 36, 16, 2, 151936, True),
          "7B": (3584, 18944, 28, 28, 4, 152064, False), "14B": (5120, 13824, 48, 40, 8, 152064, False),
          "toy": (64, 128, 2, 4, 2, 1024, True)}

HEAD = ("| card | model | numbers | constants | stage | memory, GB | sampling, s | tokens/s | training, s | tokens/s "
        "|\n|---:|---|---|---|---:|---:|---:|---:|---:|---:|")


# ------------------------------------------------------------------------------------------------------ the model

def random_weights(config) -> dict:
    """All weights of a model of this shape by name, those of equal shape being one tensor."""
    import torch
    from transformers import Qwen2ForCausalLM
    with torch.device("meta"):
        empty = Qwen2ForCausalLM(config).state_dict()
    torch.manual_seed(0)
    shapes = {weight.shape for weight in empty.values()}
    drawn = {shape: torch.ones(shape) if len(shape) == 1 else torch.randn(shape).mul_(config.initializer_range)
             for shape in sorted(shapes)}
    drawn = {shape: weight.to(torch.bfloat16) for shape, weight in drawn.items()}
    return {name: drawn[weight.shape] for name, weight in empty.items()}


def open_as(shape: str, dtype: str):
    """Let `open_model` open random weights of this shape, whatever path it is given, and compute in this type."""
    import torch
    import transformers

    from tasks.engine import model, training
    hidden, intermediate, layers, heads, key_heads, vocabulary, tied = SHAPES[shape]
    config = transformers.Qwen2Config(
        hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=key_heads, vocab_size=vocabulary, tie_word_embeddings=tied, max_position_embeddings=32768,
        rope_theta=1e6, rms_norm_eps=1e-6)
    weights = random_weights(config)
    real = transformers.AutoConfig.from_pretrained
    transformers.AutoConfig.from_pretrained = lambda path, **options: real(path, **options) if path else config
    transformers.AutoModelForCausalLM.from_pretrained = lambda path, **options: (
        transformers.Qwen2ForCausalLM.from_pretrained(None, state_dict=dict(weights), **options))
    model.compute_dtype = training.compute_dtype = lambda *_: getattr(torch, dtype)


def hold_to(gigabytes: float):
    """Allow torch what a card of so many 10^9 bytes has beside CUDA's own memory."""
    import torch
    if not torch.cuda.is_available():
        return
    torch.zeros(1, device="cuda")
    free, whole = torch.cuda.mem_get_info()
    own = whole - free - torch.cuda.memory_reserved()
    size = min(whole, round(gigabytes * 1e9) - own)
    torch.cuda.set_per_process_memory_fraction(size / whole)
    torch.cuda.mem_get_info = lambda *_: (size - torch.cuda.memory_reserved(), size)


# ----------------------------------------------------------------------------------------------------- the stages

def watched(step) -> tuple[float, float]:
    """Seconds that step() takes, and the most memory in 10^9 bytes that it or anything before it held."""
    import torch
    start = time.perf_counter()
    step()
    if not torch.cuda.is_available():
        return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    torch.cuda.synchronize()
    return time.perf_counter() - start, torch.cuda.max_memory_allocated() / 1e9


def stage_3(chat, constants: list[str], adapter: str) -> dict:
    """The second of two steps; leaves the adapter in its folder."""
    from conftest import script

    from tasks.engine.model import open_model
    from tasks.engine.training import Trainer
    from tasks.episode import Episode
    stage, rng = script("03"), random.Random(0)
    override(vars(stage), [each for each in constants if each.partition("=")[0] in vars(stage)])
    trainer = Trainer(open_model("", stage.RANK, four_bit=stage.FOUR_BIT, recompute=stage.RECOMPUTE))
    lengths = [round(stage.MAX_TOKENS * (0.25 + 0.75 * row / (BATCH - 1))) for row in range(BATCH)]
    episodes = [Episode([rng.randrange(len(chat.tokenizer)) for _ in range(length)],
                        [int(place > length // 2) for place in range(length)]) for length in lengths]
    for _ in range(2):
        seconds, memory = watched(lambda: stage.train_step(trainer, episodes, 1e-5))
    trainer.model.save_pretrained(adapter)
    return {"memory": memory, "train_seconds": seconds, "trained": sum(lengths)}


def stage_4(chat, constants: list[str], adapter: str) -> dict:
    """One step that begins at the adapter."""
    from conftest import script

    import tasks
    from tasks.engine.model import open_model
    from tasks.engine.sampler import open_sampler
    from tasks.engine.training import Trainer
    stage, coin = script("04"), itertools.cycle([True, False])
    override(vars(stage), [*constants, f"QUESTIONS={QUESTIONS}", f"GROUP={GROUP}", f"TURN_TOKENS={TURN_TOKENS}"])
    tasks.verify = lambda question, answer: next(coin)
    model = open_model("", stage.RANK, adapter, reference=True, four_bit=stage.FOUR_BIT, recompute=stage.RECOMPUTE)
    trainer = Trainer(model)
    sampler = open_sampler("transformers", "", chat, temperature=stage.TEMPERATURE, rank=stage.RANK,
                           max_tokens=stage.MAX_TOKENS, batch=stage.SAMPLER_BATCH, four_bit=stage.FOUR_BIT,
                           gpu_share=0.0, model=model)
    room = PROMPT_TOKENS - len(chat.begin(chat.prompt("")).ids)
    pool = [tasks.Question(str(row), "", "train", row, 0.0, chat.decode(chat.encode(f"{row} " * room)[:room]), "")
            for row in range(QUESTIONS)]
    metrics = {}
    _, memory = watched(lambda: metrics.update(stage.train_step(trainer, None, chat, sampler, pool, 0)[0]))
    episodes = QUESTIONS * GROUP
    return {"memory": memory, "sample_seconds": metrics["sample_seconds"], "train_seconds": metrics["train_seconds"],
            "sampled": round(metrics["sampled_tokens"] * episodes),
            "trained": round((PROMPT_TOKENS + metrics["sampled_tokens"]) * episodes)}


def measure(row: list, tokenizer: str):
    """Print one line of JSON for each of the two stages: what a process of its own does for a row."""
    import torch

    import tasks.engine.constants
    from tasks.engine.model import open_tokenizer
    from tasks.episode import Chat
    gigabytes, shape, dtype, constants = row
    tasks.engine.constants.GPU = True  # the constants of a GPU, wherever this runs
    hold_to(gigabytes)
    open_as(shape, dtype)
    chat, adapter = Chat(open_tokenizer(tokenizer)), tempfile.mkdtemp()
    for stage in (stage_3, stage_4):
        gc.collect()  # the stage before is to leave nothing
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        print(json.dumps(stage(chat, constants.split(), adapter)), flush=True)


# ------------------------------------------------------------------------------------------------------ the table

def line(row: tuple, stage: int, found: dict | str) -> str:
    """A row of the table; found: what was measured, or why nothing was."""
    if isinstance(found, str):
        cells = [found, "", "", "", ""]
    else:
        cells = [f"{found['memory']:.1f}"]
        for tokens, seconds in (("sampled", "sample_seconds"), ("trained", "train_seconds")):
            cells += [f"{found[seconds]:.1f}", f"{found[tokens] / max(found[seconds], 1e-9):.0f}"] if tokens in found \
                else ["", ""]
    gigabytes, shape, dtype, constants = row
    cells = [f"{gigabytes} GB", shape, dtype, f"`{constants}`" if constants else "", f"{stage}", *cells]
    return "| " + " | ".join(cells) + " |"


def lines(row: tuple, arguments: list[str]):
    """The lines of a row as they come."""
    command = [sys.executable, __file__, "row", json.dumps(row), *arguments]
    with tempfile.TemporaryFile("w+") as errors, subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True) as child:
        stage = 3
        for printed in child.stdout:
            if printed.startswith("{"):
                yield line(row, stage, json.loads(printed))
                stage += 1
        if child.wait():
            errors.seek(0)
            said = errors.read()
            full = any(words in said for words in ("OutOfMemoryError", "can't allocate memory", "does not fit into"))
            yield line(row, stage, "out of memory" if full else said.splitlines()[-1][:80])


def main():
    if sys.argv[1:2] == ["row"]:
        override(globals(), sys.argv[3:])
        measure(json.loads(sys.argv[2]), TOKENIZER)
        return
    override(globals(), sys.argv[1:])
    import torch
    from conftest import make_model
    if ONLY and not all(number.isdigit() and int(number) < len(ROWS) for number in ONLY.split(",")):
        stop(f"ONLY is numbers from 0 to {len(ROWS) - 1} with commas between, not {ONLY!r}")
    tokenizer = TOKENIZER or make_model(tempfile.mkdtemp())
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "a CPU"
    with open(OUT, "a") as file:
        def say(text):
            print(text, flush=True)
            print(text, file=file, flush=True)

        say(f"On {device}, torch {torch.__version__}: prompts of {PROMPT_TOKENS} tokens, turns of {TURN_TOKENS}, "
            f"{QUESTIONS} questions x {GROUP}\n\n{HEAD}")
        for number in map(int, ONLY.split(",")) if ONLY else range(len(ROWS)):
            for text in lines(ROWS[number], [*sys.argv[1:], f"TOKENIZER={tokenizer}"]):
                say(text)


if __name__ == "__main__":
    main()
