"""The arithmetic of a training step's memory, part by part, beside what torch allocates for small models on a CPU."""
from types import SimpleNamespace

import pytest
import torch
from conftest import make_model, size
from torch.profiler import ProfilerActivity, profile

from tasks.engine import memory, model, scoring
from tasks.engine.training import Trainer

RANK, ROWS, LENGTH = 16, 8, 128
# Wide between, wide of state, many query heads, a large vocabulary for few tokens, a head of its own, few layers.
SHAPES = [dict(hidden_size=256, intermediate_size=1024), dict(hidden_size=384, intermediate_size=768),
          dict(hidden_size=256, intermediate_size=512, head_dim=128),
          dict(hidden_size=128, intermediate_size=256, vocab_size=8000, tie_word_embeddings=False)]
QWEN = {"3B": (2048, 11008, 36, 16, 2, 151936, True), "7B": (3584, 18944, 28, 28, 4, 152064, False),
        "14B": (5120, 13824, 48, 40, 8, 152064, False)}


def allocated(work) -> tuple[int, int, object]:
    """The most bytes that work() had at a time, those that it left, and its result."""
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
    """Bytes of a number: 4 for fp32, 2 for mixed precision in bf16 as it is on a GPU."""
    dtype = {2: torch.bfloat16, 4: torch.float32}[request.param]
    monkeypatch.setattr(model, "compute_dtype", lambda: dtype)
    monkeypatch.setattr(scoring, "autocast", lambda: torch.autocast("cpu", dtype, enabled=request.param == 2))
    # peft looks for a GPU's autocast only, and without one makes copies in fp32 that no GPU has.
    monkeypatch.setattr(torch, "is_autocast_enabled", lambda *kind: request.param == 2)
    return request.param


def opened(folder, shape, recompute=True, size=2, rank=RANK, layers=3):
    """A model of this shape, and the parts of the estimate."""
    whole = model.open_model(make_model(str(folder), num_hidden_layers=layers, **shape), rank, recompute=recompute)
    return whole, memory.estimate(whole.config, rank, ROWS * LENGTH, recompute=recompute, size=size)


def padded_rows():
    """ids, attention_mask and loss_mask (B, T) each; with padding, for which attention needs more."""
    ids = torch.randint(3, 700, (ROWS, LENGTH))
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


@pytest.mark.parametrize("recompute", [True, False])
@pytest.mark.parametrize("precision", [2, 4], indirect=True)
def test_what_waits_between_the_layers(precision, recompute, tmp_path):
    left, expected = [], []
    for layers in (2, 4):
        whole, parts = opened(tmp_path, SHAPES[0], recompute, precision, layers=layers)
        decoder, _ = scoring.decoder_and_head(whole)
        ids, attention_mask, _ = padded_rows()

        def forward():
            with scoring.autocast():
                return decoder(input_ids=ids, attention_mask=attention_mask, use_cache=False)

        forward()
        left.append(allocated(forward)[1])
        expected.append(parts["between layers"])
    assert expected[1] - expected[0] == pytest.approx(left[1] - left[0], rel=0.03)


@pytest.mark.parametrize("recompute", [True, False])
@pytest.mark.parametrize("precision", [2, 4], indirect=True)
@pytest.mark.parametrize("shape", size(SHAPES[::3], SHAPES))
def test_the_peak_of_a_step(shape, precision, recompute, tmp_path):
    whole, parts = opened(tmp_path, shape, recompute, precision)
    batch = padded_rows()

    def step():
        scoring.token_logprobs(whole, *batch)[0].sum().backward()

    step()  # so that the gradients are there, as they are from the second micro-batch on
    most, _, _ = allocated(step)
    print(shape, precision, recompute, "RATIO", (parts["between layers"] + parts["one layer or chunk"]) / most)
    assert parts["between layers"] + parts["one layer or chunk"] == pytest.approx(most, rel=0.05)
