"""Scoring, sampling and the optimizer, on a real 4-bit model."""
import json
import random
import shutil

import pytest
import torch
from conftest import TWO_CALLS, computed_by, full_logprobs
from transformers import AutoConfig, AutoModelForCausalLM

from tasks.engine import attention
from tasks.engine.model import (
    KINDS,
    compute_dtype,
    device,
    full_weights,
    memory_advice,
    open_model,
    trained_parameters,
    with_adapter,
)
from tasks.engine.sampler import TransformersSampler
from tasks.engine.scoring import (
    by_prompt,
    computed,
    decoder_and_head,
    micro_batches,
    pack,
    pad,
    padded_batches,
    token_logprobs,
    token_values,
    tree_batches,
    value_head,
)
from tasks.engine.training import Trainer
from tasks.episode import Episode, render


def batch_of(chat, *lengths, shared=True):
    """Trajectories of different lengths, padded; shared: with the same prompt."""
    episodes = [render(chat, TWO_CALLS[:length]) for length in lengths]
    for number, episode in enumerate(episodes):
        episode.ids[0] += 0 if shared else number
    return pad([e.ids for e in episodes], [e.mask for e in episodes])


@pytest.mark.parametrize("shared", [True, False])
def test_chunked_scores_equal_the_full_table_row_by_row(model, chat, shared):
    ids, attention_mask, loss_mask = batch_of(chat, 2, 6, 4, shared=shared)
    scores, entropies = token_logprobs(model, ids, attention_mask, loss_mask, temperature=0.7, chunk=5)
    expected = torch.cat([full_logprobs(model, row[real.bool()], 0.7)[mask[real.bool()][1:].bool()]
                          for row, real, mask in zip(ids, attention_mask, loss_mask)])
    torch.testing.assert_close(scores, expected, atol=2e-5, rtol=1e-4)
    assert len(scores) == loss_mask[:, 1:].sum() and (entropies > 0).all()


def test_scoring_leaves_its_inputs_alone_and_counts_the_mask(model, chat):
    before = batch_of(chat, 2, 6)
    given = [tensor.clone() for tensor in before]
    scores, _ = token_logprobs(model, *given)
    assert all(torch.equal(a, b) for a, b in zip(before, given))
    assert len(scores) == int(before[2].sum()) < int(before[1].sum())


def test_padding_is_known_by_length_and_never_by_id(chat):
    ids, attention_mask, loss_mask = pad([[5, chat.end_of_turn, 0], [0]], [[0, 1, 1], [0]])
    assert attention_mask.tolist() == [[1, 1, 1], [1, 0, 0]] and loss_mask.tolist() == [[0, 1, 1], [0, 0, 0]]


def test_pad_refuses_a_mask_of_another_length():
    with pytest.raises(ValueError):
        pad([[1, 2]], [[1]])


def test_micro_batches_hold_every_row_once_within_their_budget():
    lengths = [7, 3, 50, 3, 9, 12]
    batches = micro_batches(lengths, 24)
    assert sorted(row for batch in batches for row in batch) == list(range(6))
    assert all(len(batch) * max(lengths[row] for row in batch) <= 24 or len(batch) == 1 for batch in batches)


def test_rows_end_with_their_last_masked_token_and_give_the_gradient_of_whole_ones(model, chat):
    """An episode that was cut off after a program ran ends in output that nobody answered."""
    episodes = [render(chat, TWO_CALLS[:length]) for length in (3, 5)]
    batches = [pad([e.ids for e in episodes], [e.mask for e in episodes]),
               *(batch for _, batch in padded_batches(episodes, 100_000))]
    gradients = []
    for batch in batches:
        (token_logprobs(model, *batch)[0] * torch.linspace(0, 1, batch[2].sum(), device=model.device)).mean().backward()
        gradients.append(torch.cat([weight.grad.flatten() for weight in trained_parameters(model).values()]))
        model.zero_grad(set_to_none=True)
    whole, cut = gradients
    torch.testing.assert_close(cut, whole, atol=1e-6, rtol=1e-3)
    ends = [len(render(chat, TWO_CALLS[:length]).ids) for length in (2, 4)]
    assert batches[1][1].sum(1).tolist() == ends and ends[1] == batches[1][0].shape[1] < batches[0][0].shape[1]


def rows_of_three_prompts() -> tuple[list, list]:
    """ids and masks: groups of three, one and three, mixed; in the last all rows have the first turn in common, which
    is all that one of them says, and what it read after that another one read, too."""
    rng = random.Random(2)
    a, b, c, turn, output = ([rng.randrange(3, 700) for _ in range(count)] for count in (9, 4, 6, 5, 2))
    rows = [(a, 3), (c + turn + output, 7), (a, 12), (b, 5), (c + turn, 0), (a, 1), (c + turn + output, 2)]
    ids = [before + [rng.randrange(3, 700) for _ in range(own)] for before, own in rows]
    masks = [[0] * len(before) + [1] * own for before, own in rows]
    for row in (1, 4, 6):
        masks[row][6:11] = [1] * 5
    return ids, masks


def outcomes(model, head, batches) -> list[torch.Tensor]:
    """Log-probs, entropies and values of all rows, one row after another, and the gradients of two losses."""
    columns = [torch.cat(column) for column in zip(*(
        [*token_logprobs(model, *batch, temperature=0.7, chunk=5), token_values(model, head, *batch)]
        for batch in batches))]
    logprobs, _, values = columns
    weights, gradients = torch.linspace(-1, 1, len(logprobs), device=logprobs.device), []
    for loss in ((logprobs * weights).mean(), ((values - weights) ** 2).mean()):
        loss.backward()
        learned = [weight.grad for weight in trained_parameters(model, head=head).values() if weight.grad is not None]
        gradients.append(torch.cat([gradient.flatten() for gradient in learned]))
        model.zero_grad(set_to_none=True)
        head.zero_grad(set_to_none=True)
    return [column.detach() for column in columns] + gradients


@pytest.mark.parametrize("recompute, grouped", [(True, True), (False, False)])
def test_rows_that_share_a_prompt_are_scored_and_learned_from_as_if_each_were_alone(tiny, recompute, grouped,
                                                                                    monkeypatch):
    from transformers.integrations import sdpa_attention
    monkeypatch.setattr(sdpa_attention, "use_gqa_in_sdpa", sdpa_attention.use_gqa_in_sdpa)  # put back afterwards
    torch.manual_seed(1)
    model = open_model(tiny, rank=8, recompute=recompute)
    attention._group_heads(grouped)
    head, (ids, masks) = value_head(model), rows_of_three_prompts()
    with torch.no_grad():
        for weight in (*trained_parameters(model).values(), head.weight):
            weight += 0.02 * torch.randn(weight.shape).to(weight)
    alone = outcomes(model, head, [pad([row], [mask]) for row, mask in zip(ids, masks)])
    seen = computed_by(model)
    together = outcomes(model, head, [pad(ids, masks)])
    assert seen == [(9 + 3 + 12 + 1) + (4 + 5) + (6 + 5 + 9 + 4)] * 2
    for one, other in zip(together, alone):
        assert one.abs().max() > 1e-3
        torch.testing.assert_close(one, other, atol=1e-4 * other.abs().max().item(), rtol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_that_may_be_trained_computes_trees_as_rows(kind, tiny, chat, tmp_path):
    from transformers import AutoConfig, AutoModelForCausalLM
    shutil.copytree(tiny, tmp_path / "model")
    config = AutoConfig.for_model(kind, vocab_size=len(chat.tokenizer), hidden_size=64, intermediate_size=96,
                                  num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                                  attention_dropout=0.5, pad_token_id=2)
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path / "model")
    model, (ids, masks) = open_model(str(tmp_path / "model"), rank=8, four_bit=False), rows_of_three_prompts()
    alone = torch.cat([token_logprobs(model, *pad([row], [mask]))[0] for row, mask in zip(ids, masks)])
    torch.testing.assert_close(token_logprobs(model, *pad(ids, masks))[0], alone, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("change", [{"model_type": "stablelm"}, {"sliding_window": 64, "use_sliding_window": True}])
def test_models_that_would_be_scored_wrongly_are_refused(change, tiny, tmp_path, capsys):
    shutil.copytree(tiny, tmp_path / "model")
    config = json.loads((tmp_path / "model/config.json").read_text())
    (tmp_path / "model/config.json").write_text(json.dumps(config | change))
    with pytest.raises(SystemExit):
        open_model(str(tmp_path / "model"), rank=8)
    assert "MODEL is of llama, qwen2, qwen3" in capsys.readouterr().err


@pytest.mark.parametrize("fault", ["cut off", "empty", "of a wider model", "without its config"])
def test_an_adapter_that_does_not_go_with_the_model_is_one_line(fault, model, tiny, tmp_path, capsys):
    adapter, path = tmp_path / "adapter", tmp_path / "adapter/adapter_model.safetensors"
    model.save_pretrained(adapter, selected_adapters=["default"])
    if fault == "of a wider model":
        config = AutoConfig.from_pretrained(tiny)
        config.hidden_size //= 2
        AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path / "other")
        tiny = str(tmp_path / "other")
    elif fault == "without its config":
        (adapter / "adapter_config.json").unlink()
    else:
        path.write_bytes(path.read_bytes()[:1000 if fault == "cut off" else 0])
    sampler = TransformersSampler(open_model(tiny, 8), None, 1.0, 4)
    for load in (lambda: open_model(tiny, 8, str(adapter)), lambda: sampler.use(str(adapter))):
        with pytest.raises(SystemExit) as stopped:
            load()
        error = capsys.readouterr().err
        assert stopped.value.code == 2 and error.count("\n") == 1 and str(adapter) in error
        assert "does not go with this MODEL" in error or "adapter_config.json is missing or broken" in error


def test_a_rank_that_the_adapter_does_not_have_is_refused(model, tiny, tmp_path, capsys):
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    with pytest.raises(SystemExit):
        open_model(tiny, 4, str(tmp_path))
    assert "is of rank 8: leave RANK=4 out" in capsys.readouterr().err


def test_the_dropout_of_an_adapter_from_elsewhere_is_left_out(model, tiny, chat, tmp_path):
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    (tmp_path / "adapter_config.json").write_text(json.dumps(config | {"lora_dropout": 0.5}))
    opened, ids = open_model(tiny, 8, str(tmp_path), reference=True), torch.tensor([render(chat, TWO_CALLS).ids])
    TransformersSampler(opened, None, 1.0, 4).use(str(tmp_path))
    for adapter in ("default", "ref", "used"):
        with torch.no_grad(), with_adapter(opened, adapter):
            for weight in trained_parameters(opened, adapter).values():
                weight.fill_(0.01)
            assert torch.equal(opened(ids).logits, opened(ids).logits), adapter


def test_a_critic_beside_a_fresh_adapter_is_in_fp32(tiny):
    model = open_model(tiny, rank=8, critic=True, four_bit=False, dtype=torch.bfloat16)
    assert {weight.dtype for weight in trained_parameters(model, "critic").values()} == {torch.float32}


def test_a_tree_by_hand():
    ids, masks = [[1, 2, 3, 4], [7, 8], [1, 2, 5], [1, 2]], [[0, 0, 1, 1], [0, 1], [0, 0, 1], [0, 0]]
    trees = by_prompt(ids, masks)
    packed, positions, places, parts = pack(ids, trees)
    assert trees == [[0, 2, 3], [1]] and packed == [1, 2, 3, 4, 5, 7, 8] and positions == [0, 1, 2, 3, 2, 0, 1]
    assert places == [[0, 1, 2, 3], [5, 6], [0, 1, 4], [0, 1]] and [size for size, _ in parts] == [2, 2, 1, 2]
    assert parts[1][1].int().tolist() == [[[[1, 1, 1, 0], [1, 1, 1, 1]]]] and parts[0][1] is parts[3][1] is None
    assert by_prompt([[5, 6], [5, 7]], [[1, 1], [1, 1]]) == [[0], [1]]  # no prompt, nothing in common
    assert computed(*pad(ids, masks)) == (7, 7)
    assert computed(*pad(ids[:2], masks[:2])) == (6, 8)  # two padded rows of four


def test_trees_stay_whole_in_batches_where_they_fit_the_budget():
    """They share 10 tokens, and each row has 5 of its own: 25, 20 and 30 tokens."""
    trees = [[0, 1, 2], [3, 4], [5, 6, 7, 8]]
    ids = [[number] * 10 + [100 + row] * 5 for number, tree in enumerate(trees) for row in tree]
    for budget, batches in ((100, [[0, 1, 2, 3, 4, 5, 6, 7, 8]]), (45, [[0, 1, 2, 3, 4], [5, 6, 7, 8]]), (44, trees),
                            (20, [[0, 1], [2], [3, 4], [5, 6], [7, 8]]), (1, [[row] for row in range(9)])):
        assert tree_batches(trees, ids, budget) == batches


def test_micro_batches_of_episodes_compute_each_prompt_once_within_the_budget(model):
    ids, masks = rows_of_three_prompts()
    episodes, seen, rows = [Episode(row, mask) for row, mask in zip(ids, masks)], computed_by(model), []
    for batch, table in padded_batches(episodes, 40):
        rows.append(batch)
        token_logprobs(model, *table)
    assert rows == [[3], [0, 2, 5], [1, 4, 6]] and seen == [4 + 5, 9 + 3 + 12 + 1, 6 + 5 + 9 + 4]


def test_only_the_adapter_learns_and_the_reference_stays_bit_identical(tiny, model, chat, tmp_path):
    model.save_pretrained(tmp_path, selected_adapters=["default"])
    model = open_model(tiny, rank=8, adapter=str(tmp_path), reference=True)
    batch = batch_of(chat, 6)
    with torch.no_grad():
        model.set_adapter("ref")
        reference = token_logprobs(model, *batch)[0]
        model.set_adapter("default")
        assert torch.equal(reference, token_logprobs(model, *batch)[0])       # KL 0 at the start ...
        with model.disable_adapter():
            base = token_logprobs(model, *batch)[0]
        assert not torch.allclose(reference, base, atol=1e-3)                 # ... which the bare base would not give
    frozen = {name: weight.detach().clone() for name, weight in model.named_parameters() if ".default." not in name}
    trainer = Trainer(model)
    trainer.backward(-token_logprobs(model, *batch)[0].mean())
    trainer.update(0.01, 1.0)
    assert all(torch.equal(frozen[name], weight) for name, weight in model.named_parameters() if name in frozen)
    assert not torch.allclose(reference, token_logprobs(model, *batch)[0], atol=1e-3)


@pytest.mark.parametrize("has, dtype", [(True, torch.bfloat16), (False, torch.float32)])
def test_bf16_is_computed_in_on_a_cpu_that_has_it(has, dtype, tiny, chat, monkeypatch):
    from transformers.integrations import sdpa_attention
    monkeypatch.setattr(sdpa_attention, "use_gqa_in_sdpa", sdpa_attention.use_gqa_in_sdpa)  # put back afterwards
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has)
    assert compute_dtype(True) == dtype and compute_dtype() == torch.float32  # not the fp32 of `exact`
    model, exact = (open_model(tiny, rank=8, dtype=kind) for kind in (dtype, torch.float32))
    seen, batch = [], batch_of(chat, 2, 6)
    decoder_and_head(model)[0].layers[0].mlp.register_forward_hook(lambda *what: seen.append(what[-1].dtype))
    scores, _ = token_logprobs(model, *batch)
    scores.mean().backward()
    assert set(seen) == {dtype}
    assert {weight.grad.dtype for weight in trained_parameters(model).values()} == {torch.float32}
    assert (scores - token_logprobs(exact, *batch)[0]).abs().mean() < (0.2 if has else 1e-4)


@pytest.mark.parametrize("four_bit", [True, False])
def test_full_weights_are_base_and_adapter_in_one(four_bit, tiny, chat):
    model, batch = open_model(tiny, rank=8, four_bit=four_bit), batch_of(chat, 6)
    with torch.no_grad():
        biases = {name: weight for name, weight in model.named_parameters() if name.endswith("_proj.base_layer.bias")}
        for name, weight in (trained_parameters(model) | biases).items():
            weight += 0.05 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(name))).to(weight)
        scores = {}
        for adapter in ("default", None):
            with with_adapter(model, adapter):
                scores[adapter] = token_logprobs(model, *batch)[0]
                with full_weights(model):
                    assert (token_logprobs(model, *batch)[0] - scores[adapter]).abs().max() < 1e-4
                with full_weights(model, torch.bfloat16):
                    assert 1e-4 < (token_logprobs(model, *batch)[0] - scores[adapter]).abs().mean() < 0.1
        assert (scores["default"] - scores[None]).abs().mean() > 0.1
        assert torch.equal(token_logprobs(model, *batch)[0], scores["default"])  # adapters are in use again


@pytest.mark.skipif(torch.cuda.is_available(), reason="for CPUs, where only those with bf16 compute in it")
def test_in_16_bits_the_full_weights_are_as_near_as_rounding_lets_them(tiny, chat, monkeypatch):
    """Merged into matrices of 16 bits, these adapters are 0.014 off; beside them, here 0."""
    monkeypatch.setattr("tasks.engine.model.compute_dtype", lambda cpu_bf16=False: torch.bfloat16)
    model, batch = open_model(tiny, rank=8, dtype=torch.bfloat16), batch_of(chat, 6)
    with torch.no_grad():
        for name, weight in trained_parameters(model).items():
            weight += 0.05 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(name))).to(weight)
        trained = token_logprobs(model, *batch)[0]
        with full_weights(model):
            gap = (token_logprobs(model, *batch)[0] - trained).abs().mean()
    assert gap < 0.005


@pytest.mark.parametrize("free, reserved, merged", [(3.1, 0, True), (2.9, 0, False), (2.9, 0.2, True)])
def test_a_gpu_where_full_weights_would_leave_too_little_goes_without(free, reserved, merged, model, monkeypatch):
    layers = [layer for layer in model.modules() if hasattr(layer, "lora_A")]
    whole = sum(layer.lora_A["default"].in_features * layer.lora_B["default"].out_features for layer in layers)
    monkeypatch.setattr("tasks.engine.model.device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (free * whole * 2, 0))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 5 + reserved * whole * 2)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: 5)
    with full_weights(model):
        assert {"forward" in vars(layer) for layer in layers} == {merged}


def test_the_base_is_stored_in_four_bits(model):
    layer = model.get_base_model().model.layers[0].self_attn.q_proj.base_layer
    assert layer.weight.dtype == torch.uint8 and layer.weight.quant_state.nested
    assert {weight.dtype for weight in trained_parameters(model).values()} == {torch.float32}
    assert decoder_and_head(model)[1].weight.shape[0] == model.config.vocab_size


@pytest.mark.parametrize("shared, parts", [(True, 2), (False, 1)])  # the shorter row is what both share
@pytest.mark.parametrize("grouped, heads", [(True, 2), (False, 4)])
def test_attention_takes_heads_in_groups_or_repeated_whatever_the_padding(tiny, chat, grouped, heads, shared, parts,
                                                                          monkeypatch):
    """In groups on a CPU; repeated as on a GPU without flash attention. Values and gradients are the same."""
    from transformers.integrations import sdpa_attention
    attend, seen = torch.nn.functional.scaled_dot_product_attention, []

    def watched(query, key, value, **options):
        seen.append((key.shape[1], options.get("enable_gqa", False)))
        return attend(query, key, value, **options)

    monkeypatch.setattr(sdpa_attention, "use_gqa_in_sdpa", sdpa_attention.use_gqa_in_sdpa)  # put back afterwards
    model, results = open_model(tiny, rank=8, recompute=False), []
    batch = batch_of(chat, 2, 6, shared=shared)
    for choice in (not grouped, grouped):
        attention._group_heads(choice)
        if choice == grouped:
            monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", watched)
        scores, _ = token_logprobs(model, *batch)
        scores.mean().backward()
        results.append([scores.detach(), *(weight.grad for weight in trained_parameters(model).values())])
        model.zero_grad(set_to_none=True)
    assert seen == [(heads, grouped)] * 2 * parts
    for other, one in zip(*results):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_on_a_cpu_no_copies_of_keys_and_values_are_made_for_the_heads_that_share_them(model, chat, monkeypatch):
    from transformers.integrations import sdpa_attention
    seen, real = [], sdpa_attention.repeat_kv
    monkeypatch.setattr(sdpa_attention, "repeat_kv", lambda *what: seen.append(what) or real(*what))
    for shared in (True, False):
        token_logprobs(model, *batch_of(chat, 2, 6, shared=shared))  # with a mask, or with padding
    assert bool(seen) == (device().type == "cuda")


@pytest.mark.parametrize("capability, repeated", [((9, 0), False), ((7, 5), True)])
def test_a_gpu_has_no_kernels_that_are_planned_for_every_shape(capability, repeated, monkeypatch):
    """And one without flash attention gets keys and values repeated, mask or not."""
    from transformers.integrations import sdpa_attention
    monkeypatch.setattr(sdpa_attention, "use_gqa_in_sdpa", lambda *_: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    monkeypatch.setattr(torch.backends.cuda, "enable_cudnn_sdp", (asked := []).append)
    attention.prepare(torch.device("cuda"))
    assert asked == [False]
    assert sdpa_attention.use_gqa_in_sdpa() != repeated


@pytest.mark.parametrize("dtype, tokens, heads", [(torch.bfloat16, 1, 2), (torch.float16, 1, 2), (torch.bfloat16, 3, 6),
                                                  (torch.float32, 1, 6)])
def test_for_one_new_token_in_16_bits_heads_that_share_keys_and_values_are_rows_of_one(model, chat, dtype, tokens,
                                                                                       heads, monkeypatch):
    """As exact attention has it, of six heads in two groups and a row with a hole; also after rows were scored."""
    from transformers import AttentionInterface
    token_logprobs(model, *batch_of(chat, 2, 6, shared=True))
    attend, seen = torch.nn.functional.scaled_dot_product_attention, []
    dice = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(2, count, long, 16, generator=dice) for count, long in
                         ((6, tokens), (2, 9), (2, 9)))
    mask = torch.ones(2, 1, tokens, 9, dtype=torch.bool)
    mask[1, ..., 3:6] = False
    exact = attend(query, *(part.repeat_interleave(3, dim=1) for part in (key, value)), attn_mask=mask, scale=0.3)
    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention",
                        lambda query, *rest, **options: seen.append(query.shape[1]) or attend(query, *rest, **options))
    layer = model.get_base_model().model.layers[0].self_attn
    monkeypatch.setattr(layer, "num_key_value_groups", 3)
    parts = (part.to(dtype) for part in (query, key, value))
    result, _ = AttentionInterface()["sdpa"](layer, *parts, mask, scaling=0.3)
    torch.testing.assert_close(result.float(), exact.transpose(1, 2), atol=0.03, rtol=0.02)
    assert seen == [heads]


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
                                   RuntimeError("CUDA error: out of memory"),
                                   RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
                                   RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")])
def test_memory_that_runs_out_is_one_line_that_names_the_constant(error, capsys):
    @memory_advice("MICRO_TOKENS")
    def main():
        raise error
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2 and "lower MICRO_TOKENS" in capsys.readouterr().err


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    with pytest.raises(RuntimeError, match="shapes"), memory_advice("MICRO_TOKENS"):
        raise RuntimeError("shapes do not fit")
