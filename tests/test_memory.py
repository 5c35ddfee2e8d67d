"""The arithmetic of a training step's memory, part by part, beside what torch allocates for small models on a CPU."""
import gc
import re

import pytest
import torch
from conftest import make_model, run_script, size
from torch.profiler import ProfilerActivity, profile
from transformers import Qwen2Config, Qwen2ForCausalLM

from tasks.engine import attention, memory, model, scoring
from tasks.engine.training import Trainer

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="for CPUs, whose profile tells every allocation")

RANK, ROWS, LENGTH = 16, 8, 128
# Wide inside a layer; a large vocabulary with a head of its own; wide between layers; many heads.
SHAPES = [dict(hidden_size=256, intermediate_size=1024),
          dict(hidden_size=128, intermediate_size=256, vocab_size=8000, tie_word_embeddings=False),
          dict(hidden_size=384, intermediate_size=768), dict(hidden_size=256, intermediate_size=512, head_dim=128)]
QWEN = {name: Qwen2Config(hidden_size=D, intermediate_size=F, num_hidden_layers=L, num_attention_heads=heads,
                          num_key_value_heads=kv, vocab_size=V, tie_word_embeddings=tied)
        for name, (D, F, L, heads, kv, V, tied) in {"3B": (2048, 11008, 36, 16, 2, 151936, True),
                                                    "7B": (3584, 18944, 28, 28, 4, 152064, False),
                                                    "14B": (5120, 13824, 48, 40, 8, 152064, False)}.items()}


def allocated(work) -> tuple[int, int, object]:
    """The most bytes that work() had at a time, those that it left, and its result."""
    gc.collect()  # what other tests left, and would be freed meanwhile
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        result = work()
    now = most = 0
    events = [event for event in profiler.profiler.kineto_results.events() if event.name() == "[memory]"]
    for event in sorted(events, key=lambda event: event.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return most, now, result


def bytes_of(tensors) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


@pytest.fixture
def precision(request, monkeypatch):
    """Bytes of a number: 4 for fp32, 2 for mixed precision in bf16 as it is on a GPU, where attention repeats heads."""
    dtype = {2: torch.bfloat16, 4: torch.float32}[request.param]
    monkeypatch.setattr(model, "compute_dtype", lambda: dtype)
    monkeypatch.setattr(attention, "_group_heads", lambda _, group=attention._group_heads: group(False))
    monkeypatch.setattr(scoring, "autocast", lambda _: torch.autocast("cpu", dtype, enabled=request.param == 2))
    # peft looks for a GPU's autocast only, and without one makes copies in fp32 that no GPU has.
    monkeypatch.setattr(torch, "is_autocast_enabled", lambda *kind: request.param == 2)
    yield request.param
    torch.set_autocast_enabled("cpu", False)  # where it ends it was on before, as far as autocast could see


def opened(folder, shape, recompute=True, size=2, rank=RANK, layers=3, rows=ROWS):
    """A model of this shape, and the parts of the estimate."""
    whole = model.open_model(make_model(str(folder), num_hidden_layers=layers, **shape), rank, recompute=recompute)
    return whole, memory.estimate(whole.config, rank, rows * LENGTH, recompute=recompute, size=size)


def padded_rows(rows=ROWS):
    """ids, attention_mask and loss_mask (B, T) each; with padding, for which attention needs more."""
    ids = torch.randint(3, 700, (rows, LENGTH))
    real = torch.ones_like(ids)
    real[0, -9:] = 0
    return ids, real, real.clone()


@pytest.mark.parametrize("precision", [2], indirect=True)
@pytest.mark.parametrize("tied", [True, False])
def test_what_is_there_from_the_beginning(tied, precision, tmp_path):
    whole, parts = opened(tmp_path, SHAPES[0] | {"tie_word_embeddings": tied}, rank=32)
    trainer = Trainer(whole)
    scoring.token_logprobs(whole, *padded_rows())[0].sum().backward()
    lora = bytes_of(trainer.weights)
    assert parts["gradients"] == bytes_of(weight.grad for weight in trainer.weights) == lora
    assert parts["adapters"] == lora * 1.5  # in fp32, and while a forward pass lasts in 16 bits, too
    trainer.update(1e-3, 1.0)
    states = [state for each in trainer.optimizer.state.values() for name, state in each.items()
              if isinstance(state, torch.Tensor) and "qmap" not in name]  # the same two small tables for all weights
    assert parts["optimizer"] == pytest.approx(bytes_of(states), rel=0.01)
    base = {name: weight for name, weight in whole.named_parameters() if "lora" not in name}
    quantized = [weight for weight in base.values() if weight.dtype == torch.uint8]
    scales = [scale for weight in quantized for scale in (weight.quant_state.absmax, weight.quant_state.state2.absmax)]
    assert parts["base"] == pytest.approx(bytes_of(quantized + scales), rel=1e-3) and len(quantized) == 21
    assert parts["embedding"] == bytes_of([whole.get_input_embeddings().weight])
    assert parts["head"] == bytes_of(weight for name, weight in base.items() if "lm_head" in name) == (
        0 if tied else parts["embedding"])


@pytest.mark.parametrize("precision, recompute", size([(2, True)], [(2, True), (2, False), (4, True), (4, False)]),
                         indirect=["precision"])
def test_what_waits_between_the_layers(precision, recompute, tmp_path):
    left, expected = [], []
    for layers in (2, 4):
        whole, parts = opened(tmp_path, SHAPES[0], recompute, precision, layers=layers)
        decoder, _ = scoring.decoder_and_head(whole)
        ids, attention_mask, _ = padded_rows()

        def forward():
            with scoring.autocast(whole):
                return decoder(input_ids=ids, attention_mask=attention_mask, use_cache=False)

        forward()
        left.append(allocated(forward)[1])
        expected.append(parts["between layers"])
    assert expected[1] - expected[0] == pytest.approx(left[1] - left[0], rel=0.05)


@pytest.mark.parametrize("precision, recompute", size([(2, True)], [(2, True), (2, False), (4, True), (4, False)]),
                         indirect=["precision"])
@pytest.mark.parametrize("shape, rows", [(SHAPES[0], ROWS), (SHAPES[1], ROWS), *size([], [
    (SHAPES[2], ROWS), (SHAPES[3], ROWS), (dict(hidden_size=512, intermediate_size=2048), 2)])])  # tokens < D
def test_the_peak_of_a_step(shape, rows, precision, recompute, tmp_path):
    whole, parts = opened(tmp_path, shape, recompute, precision, rank=8, rows=rows)
    batch = padded_rows(rows)

    def step():
        scoring.token_logprobs(whole, *batch)[0].sum().backward()

    step()  # so that the gradients are there, as they are from the second micro-batch on
    most, _, _ = allocated(step)
    assert parts["between layers"] + parts["layer or words"] == pytest.approx(most, rel=0.06)


@pytest.mark.parametrize("name", QWEN)
def test_the_weights_of_qwen_are_all_counted(name):
    config = QWEN[name]
    with torch.device("meta"):
        whole = Qwen2ForCausalLM(config)
    layers = [layer for layer in whole.model.layers.modules() if isinstance(layer, torch.nn.Linear)]
    parts = memory.estimate(config, RANK, 1, four_bit=False)
    assert parts["base"] == 2 * sum(layer.weight.numel() for layer in layers)
    assert parts["base"] + parts["embedding"] + parts["head"] == pytest.approx(2 * whole.num_parameters(), rel=1e-3)


@pytest.mark.parametrize("name, card", [("3B", 8), ("7B", 16), ("14B", 24)])
@pytest.mark.parametrize("stage", memory.STAGES)
def test_rows_of_4096_tokens_fit_a_commodity_card(name, card, stage):
    learning, frozen = memory.STAGES[stage]
    parts = memory.estimate(QWEN[name], rank=32, tokens=4096, learning=learning, frozen=frozen)
    assert sum(parts.values()) + memory.AROUND < 0.8 * card * memory.GB  # a fifth of the card is left


def test_stage_3_prints_its_estimate_and_opens_no_weights(tmp_path):
    QWEN["14B"].save_pretrained(tmp_path)  # nothing else is there
    printed = run_script("03", f"MODEL={tmp_path}", "ESTIMATE=True", "RANK=32", "MICRO_TOKENS=1024", "MAX_TOKENS=1500",
                         cwd=tmp_path).stdout
    assert "a step of 1500 tokens at once" in printed and {path.name for path in tmp_path.iterdir()} == {"config.json"}
    table = {line[:15].strip(): line[15:].split() for line in printed.splitlines()}
    assert table["GB"] == ["SFT", "DPO", "GRPO", "PPO"] and table["base"] == ["6.82"] * 4
    assert table["optimizer"][3] == f"{2 * float(table['optimizer'][0]):.2f}" and len(table["sum"]) == 4
    here = float(re.search(r"has ([\d.]+) GB", printed)[1])
    for stage, total in zip(table["GB"], table["sum"]):
        assert f"{stage} {'fits' if float(total) <= here else 'does not fit'}" in printed


@pytest.mark.parametrize("here, gpu, merges", [(60e9, True, True), (40e9, False, True), (40e9, True, False)])
def test_the_room_to_sample_is_beside_the_merged_matrices(here, gpu, merges):
    config, parts = QWEN["7B"], {"base": 4e9, "gradients": 1e9, "between layers": 1e9}
    matrices = 28 * (2 * 3584 * 3584 + 2 * 3584 * 512 + 3 * 3584 * 18944)
    free = here - 4e9 - 2 * matrices * merges              # what passes is over when sampling begins
    token = 28 * 2 * 512 * 2 * 2                           # keys and values, 2 bytes each, copied as rows come and go
    assert memory.sampled_tokens(config, parts | {"layer or words": 0}, here, 2, gpu) == int(free / token)
