"""What training takes of a GPU's memory, worked out from the model's config alone, before a weight is opened.

    base         4 bits for each weight of the seven projections, with double quantisation (arXiv 2305.14314)
    adapters     LoRA in fp32; those that learn also have their gradients and two moments of eight bits

are there from the beginning. A step is at its largest in the backward pass, while the inputs of all layers still wait
for their turn, and the last layer is computed anew or the last words are scored, whichever is more.
tests/test_memory.py compares each part with what torch allocates. What is `AROUND` it on a GPU is a guess.
"""
import os

import torch

from tasks.engine.model import SPARE, compute_dtype

GB = 1e9
NF4 = 1 / 2 + 1 / 64 + 4 / (64 * 256)  # bytes per weight: 4 bits; 8 for the scale of 64; 32 for the scales' of 256
ADAM8 = 2 * (1 + 4 / 256)              # bytes per weight: two moments of 8 bits; 32 for the scale of 256
AROUND = 0.6 * GB                      # CUDA's context and libraries, and what is lost between blocks
# How many adapters learn, and how many are frozen.
STAGES = {"SFT": (1, 0), "DPO": (1, 1), "GRPO": (1, 1), "PPO": (2, 1)}


def projections(config) -> list[tuple[int, int]]:
    """Inputs and outputs of the seven projections of a layer of a Qwen2, Llama or like model."""
    D, F = config.hidden_size, config.intermediate_size
    Q, KV = (heads * _head_size(config) for heads in (config.num_attention_heads, config.num_key_value_heads))
    return [(D, Q), (D, KV), (D, KV), (Q, D), (D, F), (D, F), (F, D)]


def _head_size(config) -> int:
    return getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads


def estimate(config, rank: int, tokens: int, four_bit: bool = True, recompute: bool = True, size: int = 2,
             learning: int = 1, frozen: int = 0, chunk: int = 256) -> dict[str, float]:
    """Bytes by part; together they are the peak of a training step.

    config:   as AutoConfig gives it
    tokens:   of the largest micro-batch, padding included
    size:     bytes of a number in computing: 2 in mixed precision, 4 in fp32
    learning: adapters that are trained, one after another (PPO has two); frozen: others (the reference)
    chunk:    tokens that go through the vocabulary layer at a time (`token_logprobs`)
    """
    D, F, L, V = config.hidden_size, config.intermediate_size, config.num_hidden_layers, config.vocab_size
    Q, mixed = config.num_attention_heads * _head_size(config), size < 4
    lora = L * rank * sum(map(sum, projections(config)))  # weights of one adapter
    # What a layer keeps for its backward pass, in numbers per token: gate, silu(gate), up and their product; queries,
    # keys and values (repeated for every query head) and what attention gives; the two norms' outputs, and their inputs
    # in fp32; seven projections to the rank. Not counted: attention has a prompt's keys and values once more, 2 Q a
    # token, for each row that shares it (scoring.py); and the copies in both types that peft has made on a CPU in bf16.
    saved = 4 * F + 4 * Q + (2 + 2 * 4 // size) * D + 7 * rank
    # And what comes on top: the gradients of silu(gate) and up or, before, that of their product and the largest weight
    # back from 4 bits; the gradient of what the layer gives.
    layer = F * (tokens + max(tokens, D)) + D * tokens
    if recompute:  # the last layer's, while all others have but their input
        layer += (saved if mixed else saved - D) * tokens  # in fp32 the first norm's input is the layer's, which waits
    # Logits, probabilities and their gradients in fp32; the last norm's input in fp32, its output, and that's gradient.
    words = 5 * 4 * chunk * V + (4 + 2 * size) * D * tokens
    return {
        "base": L * sum(a * b for a, b in projections(config)) * (NF4 if four_bit else size),
        "embedding": V * D * size,
        "head": 0 if config.tie_word_embeddings else V * D * size,
        "adapters": lora * (4 * (learning + frozen) + 2 * mixed),  # and in 16 bits while a forward pass lasts
        "gradients": lora * 4,
        "optimizer": lora * ADAM8 * learning,
        "between layers": L * (D if recompute else saved) * size * tokens,
        "layer or words": max(layer * size, words),
    }


def report(path: str, stage_3: torch.dtype, **what) -> str:
    """Estimates for the model in `path` as a table: stages 3 and 4, what of it fits here, what is left for sampling.

    stage_3: what stage 3 computes in; what: arguments of `estimate`
    """
    from transformers import AutoConfig
    config, gpu = AutoConfig.from_pretrained(path), torch.cuda.is_available()
    sizes = {stage: (stage_3 if stage in ("SFT", "DPO") else compute_dtype()).itemsize for stage in STAGES}
    here = torch.cuda.mem_get_info()[1] if gpu else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    table = {stage: estimate(config, size=sizes[stage], learning=learning, frozen=frozen, **what)
             for stage, (learning, frozen) in STAGES.items()}
    for parts in table.values():  # malloc holds twice what passes: freed blocks lie where the next do not fit
        parts["around it"] = AROUND + (0 if gpu else parts["between layers"] + parts["layer or words"])
    sums = {stage: sum(parts.values()) for stage, parts in table.items()}
    lines = [f"{path}, a step of {what['tokens']} tokens at once, adapters of rank {what['rank']}",
             f"{'GB':15}" + "".join(f"{stage:>7}" for stage in STAGES)]
    for part in table["SFT"]:
        lines.append(f"{part:15}" + "".join(f"{parts[part] / GB:7.2f}" for parts in table.values()))
    lines.append(f"{'sum':15}" + "".join(f"{total / GB:7.2f}" for total in sums.values()))
    lines.append(f"{'this GPU' if gpu else 'this machine'} has {here / GB:.1f} GB: " + ", ".join(
        f"{stage} {'fits' if total <= here else 'does not fit'}" for stage, total in sums.items()))
    lines.append("before a step of GRPO, transformers has room to sample conversations of "
                 f"{sampled_tokens(config, table['GRPO'], here, sizes['GRPO'], gpu)} tokens in all")
    return "\n".join(lines)


def sampled_tokens(config, parts: dict[str, float], here: float, size: int, gpu: bool) -> int:
    """Tokens whose keys and values fit in `here` bytes between two steps of these parts (`estimate`), beside the
    matrices that `model.full_weights` makes, if it does. Turns that join or leave copy what is cached.

    size: bytes of a number; gpu: whether that is a GPU's memory
    """
    passing = sum(parts[part] for part in ("gradients", "between layers", "layer or words"))
    room = max(0, here - sum(parts.values()) + passing)
    matrices = size * config.num_hidden_layers * sum(a * b for a, b in projections(config))
    if not gpu or SPARE * matrices <= room:
        room = max(0, room - matrices)
    return int(room / (2 * 2 * size * config.num_hidden_layers * config.num_key_value_heads * _head_size(config)))
