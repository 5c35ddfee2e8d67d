"""Sampling turn by turn, and episodes that keep step or overlap: by real models that write real programs."""
import contextlib
import math
import random
import time
from collections import Counter
from types import SimpleNamespace

import pytest
import torch
from bitsandbytes.nn import Linear4bit
from conftest import PROGRAM, SUM, full_logprobs, generate, make_model, teach

from tasks import sandbox
from tasks.engine.cache import BatchCache, RoomyLayer
from tasks.engine.model import _product, open_model, open_tokenizer, trained_parameters
from tasks.engine.sampler import TransformersSampler, _Turn, open_sampler
from tasks.episode import FENCE, Chat, find_code, run_episodes


def agrees_with_the_trainer(model, prompt, sample, temperature=1.0):
    expected = full_logprobs(model, torch.tensor(prompt + sample.ids), temperature)[len(prompt) - 1:]
    torch.testing.assert_close(torch.tensor(sample.logprobs), expected.detach().cpu(), atol=1e-4, rtol=1e-4)


LIMITS = {"max_tokens": 400, "turn_tokens": 40, "seed": 5}


@pytest.fixture(scope="module")
def coding(coder):
    """The model that writes programs, in fp32, and its chat."""
    return open_model(coder, rank=8, four_bit=False), Chat(open_tokenizer(coder))


def play(coding, count=12, temperature=1.0, batch=8, **options):
    """Episodes of one question, and the sampler that sampled them."""
    model, chat = coding
    sampler = TransformersSampler(model, chat, temperature, batch)
    return run_episodes(chat, [chat.prompt(SUM)] * count, sampler, **LIMITS | options), sampler


def said(episodes):
    return [(episode.ids, episode.mask, episode.answer, episode.truncated, episode.done) for episode in episodes]


@pytest.fixture
def read(monkeypatch) -> list[list[list[int]]]:
    """What the model is made to read from here on: new ids of every row, call by call."""
    calls, real = [], BatchCache.read
    monkeypatch.setattr(BatchCache, "read", lambda cache, model, new: calls.append(list(map(list, new)))
                        or real(cache, model, new))
    return calls


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_the_trainer_scores_what_was_sampled_as_the_sampler_did(model, chat, temperature):
    prompts = [chat.encode(text) for text in ("one two three", "a", "one two three", "print(2 + 2)")]
    samples = generate(TransformersSampler(model, chat, temperature, batch=8), prompts, [12, 9, 12, 5], seed=3)
    for prompt, sample in zip(prompts, samples):
        agrees_with_the_trainer(model, prompt, sample, temperature)
    assert samples[0].ids != samples[2].ids  # the same prompt twice is read once, and still sampled twice


def test_a_model_that_recomputes_for_its_gradient_samples_with_keys_and_values(tiny, chat, read):
    model = open_model(tiny, rank=8, recompute=True)
    layers = model.get_base_model().model.layers
    prompt = chat.encode("one two three")
    sample, = generate(TransformersSampler(model, chat, 1.0, batch=8), [prompt], [9], seed=3)
    agrees_with_the_trainer(model, prompt, sample)
    assert len(read) == len(sample.ids) > 1 and all(layer.gradient_checkpointing for layer in layers)


def test_keys_and_values_are_copied_only_when_their_room_is_full(model, chat, monkeypatch):
    monkeypatch.setattr(RoomyLayer, "ROOM", 3)
    prompt, tables = chat.encode("one two three"), []
    sampler = TransformersSampler(model, chat, 1.0, batch=8)
    sampler.add(0, prompt, 12, 3)
    while not (ended := sampler.step()):
        tables.append(sampler.cache.kv.layers[0].keys.data_ptr())
    (_, sample), = ended
    agrees_with_the_trainer(model, prompt, sample)
    assert len(sample.ids) == 12 and len(set(tables)) == 3  # of 11 tokens that are read: four, four, and three


def test_sampling_waits_for_no_dequantisation_and_ends_with_four_bits(model, chat, monkeypatch):
    sampler = TransformersSampler(model, chat, 1.0, batch=8)

    def sample():
        return generate(sampler, [chat.encode("one two three")], [12], seed=3)[0]

    calls, real = [], Linear4bit.forward
    monkeypatch.setattr(Linear4bit, "forward", lambda layer, x: calls.append(1) or real(layer, x))
    expected = sample()
    assert not calls
    model(torch.tensor([chat.encode("one")]).to(model.device))
    assert calls
    monkeypatch.setattr("tasks.engine.sampler.full_weights", lambda *_: contextlib.nullcontext())
    assert sample().ids == expected.ids
    torch.testing.assert_close(sample().logprobs, expected.logprobs, atol=1e-4, rtol=1e-4)


@pytest.mark.skipif(torch.cuda.is_available(), reason="for CPUs")
@pytest.mark.parametrize("wish, dtype", [(True, torch.bfloat16), (False, torch.float32)])
def test_matrices_are_multiplied_in_bf16_for_those_who_wish(wish, dtype, tiny, chat, monkeypatch):
    monkeypatch.setattr("tasks.engine.sampler.compute_dtype", lambda cpu_bf16: torch.bfloat16)  # whatever this CPU has
    seen = set()
    monkeypatch.setattr("tasks.engine.model._product",
                        lambda weight, *rest: seen.add(weight.dtype) or _product(weight, *rest))
    sampler = open_sampler("transformers", tiny, chat, temperature=1.0, rank=8, max_tokens=99, batch=8, four_bit=True,
                           gpu_share=1.0, cpu_bf16=wish)
    sample, = generate(sampler, [prompt := chat.encode("one two three")], [12], seed=3)
    assert seen == {dtype}
    expected = full_logprobs(sampler.model, torch.tensor(prompt + sample.ids))[len(prompt) - 1:]
    gap = (torch.tensor(sample.logprobs) - expected).abs().mean()
    assert 1e-4 < gap < 0.1 if wish else gap < 1e-4


@pytest.mark.parametrize("number, token", [(1 - 2**-30, 0), (1 - 2**-40, 1)])
def test_a_rare_token_is_drawn_no_more_often_than_its_probability(chat, number, token):
    sampler, turn = TransformersSampler(None, chat, 1.0, batch=1), _Turn(0, [], 1, seed=0)
    turn.random, sampler.rows = SimpleNamespace(random=lambda: number), [turn]
    assert sampler._draw(torch.tensor([[0, -35 * math.log(2)]]))[0].tolist() == [token]


def test_equal_prompts_are_read_once(model, chat, read):
    prompt = chat.encode("one two three")
    generate(TransformersSampler(model, chat, 1.0, batch=8), [prompt, prompt, prompt], [3, 3, 3], seed=0)
    assert read[0] == [prompt]


def test_prompts_are_read_with_others_of_their_length(model, chat, read, monkeypatch):
    monkeypatch.setattr("tasks.engine.sampler.READ", 64)
    prompts = [chat.encode("ab " * count) for count in (20, 1, 2, 20, 1)]
    prompts[3:] = [[*prompt[:-1], prompt[-1] + 1] for prompt in prompts[3:]]  # as long as the others, and not equal
    samples = generate(TransformersSampler(model, chat, 1.0, batch=8), prompts, [5, 6, 7, 8, 9], seed=0)
    for prompt, sample in zip(prompts, samples):
        agrees_with_the_trainer(model, prompt, sample)
    count = len(read) - (max(len(sample.ids) for sample in samples) - 1)  # calls before the first token
    assert sorted(sum(read[:count], [])) == sorted(prompts)
    assert sum(len(rows) * max(map(len, rows)) for rows in read[:count]) < 1.2 * sum(map(len, prompts))


def test_every_turn_reads_only_what_is_new_since_the_one_before(model, chat, read):
    sampler = TransformersSampler(model, chat, 1.0, batch=8)
    prompts = [chat.encode(text) for text in ("one", "def f(x): return", "one")]
    ends = [chat.encode(text) for text in ("abc", "a much longer text", "")]
    new = prompts.copy()
    for turn, order in enumerate([[0, 1, 2], [1, 2, 0], [2, 1], [1]]):  # the order changes; conversations end
        read.clear()
        samples = generate(sampler, [prompts[key] for key in order], [6 - turn, 3, 9], seed=turn, keys=order)
        if turn:
            assert read[0] == sorted((new[key] for key in order), key=len)
        for key, sample in zip(order, samples):
            agrees_with_the_trainer(model, prompts[key], sample)
            prompts[key] = prompts[key] + sample.ids + ends[key]
            new[key] = sample.ids[-1:] + ends[key]  # the last token was drawn, but not yet read
    assert len(sampler.stored) == 3  # one row for each conversation, its latest


def test_turns_that_join_a_running_batch_are_scored_right_and_disturb_nobody(model, chat):
    sampler, alone = TransformersSampler(model, chat, 1.0, batch=8), TransformersSampler(model, chat, 1.0, batch=8)
    texts = ["a", "one two three four", "b " * 40, "def f(x): return", "a", "zz"]
    prompts, limits, arrivals = [chat.encode(text) for text in texts], [30, 4, 9, 25, 3, 12], [0, 0, 2, 5, 5, 16]
    samples, step, widths = {}, 0, []
    while len(samples) < len(prompts):
        for key in range(len(prompts)):
            if arrivals[key] == step:
                sampler.add(key, prompts[key], limits[key], seed=key)
        samples |= dict(sampler.step())
        widths.append(sampler.cache.real.shape[1] if sampler.cache else 0)
        step += 1
    for key, prompt in enumerate(prompts):
        agrees_with_the_trainer(model, prompt, samples[key])
        alone.add(key, prompt, limits[key], seed=key)
        while key not in (ended := dict(alone.step())):
            pass
        assert ended[key].ids == samples[key].ids
    assert widths[-1] == 0 and widths[-2] < 60  # the long row's columns left with it


def test_turns_wait_until_they_are_an_eighth_of_the_batch(model, chat):
    sampler, sizes = TransformersSampler(model, chat, 1.0, batch=32), []
    for key, limit in [(key, 12) for key in range(16)] + [(16, 4), (17, 4), (18, 4)]:
        sampler.add(key, chat.encode("one two three"), limit, seed=key)
        if key >= 15:
            sampler.step()
            sizes.append(len(sampler.rows))
    assert sizes == [16, 16, 18, 18]  # the first newcomer waits for the second; the third waits ...
    ended = {}
    while len(ended) < 3:
        ended |= {key: sample for key, sample in sampler.step() if key > 15}
    assert 18 in ended and len(ended[18].ids) <= 4  # ... for the others to end


def test_after_an_update_no_old_keys_or_values_are_used(model, chat):
    sampler = TransformersSampler(model, chat, 1.0, batch=8)
    prompt = chat.encode("one two three")
    first, = generate(sampler, [prompt], [5], seed=0)
    with torch.no_grad():
        for weight in trained_parameters(model).values():
            weight += 0.05 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)).to(weight)
    sampler.update(model)
    second, = generate(sampler, [prompt + first.ids], [5], seed=1)
    agrees_with_the_trainer(model, prompt + first.ids, second)


def test_sampling_is_the_same_for_the_same_seed_and_stops_at_limits(model, chat):
    prompts = [chat.encode("hello"), chat.encode("print")]
    first, = {tuple(map(repr, generate(TransformersSampler(model, chat, 1.0, batch=8), prompts, [5, 20], seed=7)))
              for _ in range(2)}
    samples = generate(TransformersSampler(model, chat, 1.0, batch=8), prompts, [5, 20], seed=7)
    assert all(len(sample.ids) == limit if sample.finish == "length" else sample.ids[-1] == chat.end_of_turn
               for sample, limit in zip(samples, (5, 20)))
    others = generate(TransformersSampler(model, chat, 1.0, batch=8), prompts, [5, 20], seed=8)
    assert [sample.ids for sample in samples] != [sample.ids for sample in others]


def test_a_fence_inside_a_token_ends_the_turn_with_its_whole_id(coding):
    chat = coding[1]
    last = chat.encode(PROGRAM)[-1]
    assert FENCE in chat.decode([last]) and not chat.decode([last]).endswith(FENCE)
    episodes, _ = play(coding)

    def turn(episode, end):
        start = next(place for place in range(end, 0, -1) if not episode.mask[place - 1])
        return chat.decode(episode.ids[start:end])

    found = [(episode, place) for episode in episodes for place, token in enumerate(episode.ids)
             if token == last and episode.mask[place] and place + 1 < len(episode.ids)
             and find_code(turn(episode, place + 1)) is not None]
    assert len(found) > 4
    for episode, place in found:
        assert episode.ids[place + 1] == chat.end_of_turn and not episode.mask[place + 1]
        assert all("status" in turn for turn in episode.turns[:-1])


@pytest.mark.parametrize("overlap", [False, True])
def test_a_model_thinks_on_behind_a_fence_in_its_thoughts(tmp_path, overlap):
    draft = "<think>\n```python\nprint(7)\n```\nNo.</think>"
    folder = teach(make_model(str(tmp_path)), SUM, [[draft + PROGRAM.format("2 + 2"), "<<<4>>>"]])
    episodes, _ = play((open_model(folder, rank=8, four_bit=False), Chat(open_tokenizer(folder))), turn_tokens=90,
                       overlap=overlap, seed=1)
    right = [episode for episode in episodes if episode.answer == "4"]
    assert len(right) > 4  # the others say something else, as chance has it
    for episode in right:
        first, last = episode.turns
        assert FENCE in first["text"].partition("</think>")[0] and first["output"] == "Code Execution Results:\n4"
        assert sum(episode.mask) == first["tokens"] + last["tokens"] and "status" not in last


@pytest.mark.parametrize("pieces, kept", [
    (["```", "\n\n", "more"], 2), (["``", "`\n", "more"], 2), (["`", "`", "`", "\n", "more"], 4),
    (["a\n```\n\nb", "more"], 1), (["``", "`\n\n", "more"], 2), (["``", "`", "python\n", "``", "``\n"], 5),
    (["```", "<|im_start|>", "\n", "more"], 3), (["```", "python", "\n", "more"], 4), (["é```\n"], 1)])
def test_a_turn_ends_at_the_fence_however_it_is_cut_into_tokens(chat, pieces, kept):
    tokenizer = open_tokenizer(chat.tokenizer.name_or_path)
    tokenizer.add_tokens([piece for piece in pieces if piece not in tokenizer.get_vocab()])
    turn = _Turn(0, [], len(pieces), seed=0)
    for token in map(tokenizer.convert_tokens_to_ids, pieces):
        if not turn.finish:
            turn.append(token, 0.0, Chat(tokenizer))
    assert len(turn.ids) == kept
    assert turn.finish == ("length" if "python" in pieces else "stop")  # at the limit the fence counts, too


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_overlap_and_lock_step_are_the_same_episodes(coding, temperature):
    """The seed is one by which no draw lies so near to a boundary that rounding tips it: with 5 one did."""
    one, other = (play(coding, 24, temperature, overlap=overlap, seed=4)[0] for overlap in (False, True))
    assert said(one) == said(other) and all(episode.done for episode in one)
    if temperature:
        assert len({episode.code_calls for episode in one}) == 3 and any(episode.tool_errors for episode in one)


def test_lock_step_repeats_itself_bit_for_bit(coding):
    one, other = (play(coding)[0] for _ in range(2))
    assert said(one) == said(other) and [e.logprobs for e in one] == [e.logprobs for e in other]


def test_what_an_episode_draws_does_not_depend_on_the_delays_of_others(coding, monkeypatch):
    real, results = sandbox.run, []
    for delays in (random.Random(1), random.Random(2)):
        def slow(code, delays=delays, **limits):
            time.sleep(delays.choice([0, 0, 0.02, 0.15]))
            return real(code, **limits)
        monkeypatch.setattr(sandbox, "run", slow)
        results.append(said(play(coding, overlap=True)[0]))
    assert results[0] == results[1]


@pytest.mark.parametrize("overlap", [False, True])
def test_without_overlap_nothing_is_sampled_while_programs_run_and_no_turn_joins_others(coding, overlap, monkeypatch):
    real, step, running, seen, joins = sandbox.run, TransformersSampler.step, [], [], []

    def slow(code, **limits):
        running.append(code)
        time.sleep(0.02)
        result = real(code, **limits)
        running.remove(code)
        return result

    def watched(sampler):
        seen.append(len(running))
        joins.append(bool(sampler.first or sampler.further) and not all(turn.finish for turn in sampler.rows))
        return step(sampler)

    monkeypatch.setattr(sandbox, "run", slow)
    monkeypatch.setattr(TransformersSampler, "step", watched)
    play(coding, overlap=overlap)
    assert (max(seen) > 0) == any(joins) == overlap


def test_an_episode_goes_on_while_the_program_of_another_runs(coding, monkeypatch):
    """The first program ends when all other episodes have ended, which without overlap none could."""
    real, calls, finished = sandbox.run, [], []
    patience = time.monotonic() + 30

    def slow(code, **limits):
        calls.append(code)
        time.sleep(0.1)
        while code is calls[0] and sum(finished) < 11 and time.monotonic() < patience:
            time.sleep(0.001)
        return real(code, **limits)

    monkeypatch.setattr(sandbox, "run", slow)
    play(coding, overlap=True, progress=finished.append)
    assert finished[-1] == 1 and sum(finished) == 12 and len(calls) > 4 and time.monotonic() < patience


@pytest.mark.parametrize("overlap", [False, True])
def test_limits_hold(coding, overlap):
    chat = coding[1]
    start = len(chat.begin(chat.prompt(SUM)).ids)
    episodes, _ = play(coding, overlap=overlap, turn_tokens=12)
    assert all(turn["tokens"] <= 12 for episode in episodes for turn in episode.turns)
    assert any(episode.truncated for episode in episodes) and any(episode.answer for episode in episodes)
    cap = start + 15  # room for an answer, not for a program
    episodes, _ = play(coding, overlap=overlap, max_tokens=cap)
    assert all(start + sum(turn["tokens"] for turn in episode.turns) <= cap for episode in episodes)
    assert all(episode.truncated == (len(episode.ids) >= cap and episode.ids[-1] != chat.end_of_turn)
               for episode in episodes)
    assert {episode.truncated for episode in episodes} == {False, True}
    few = Chat(chat.tokenizer, max_calls=1)
    episodes, _ = play((coding[0], few), overlap=overlap)
    assert max(episode.code_calls for episode in episodes) == 1


@pytest.mark.parametrize("overlap", [False, True])
def test_episodes_come_back_in_the_order_of_their_questions(coding, overlap):
    model, chat = coding
    messages = [chat.prompt(SUM + " " * number) for number in range(10)]
    episodes = run_episodes(chat, messages, TransformersSampler(model, chat, 1.0, 4), **LIMITS, overlap=overlap)
    for message, episode in zip(messages, episodes, strict=True):
        start = chat.begin(message).ids
        assert episode.ids[:len(start)] == start and episode.done


@pytest.mark.parametrize("overlap", [False, True])
def test_every_turn_has_a_seed_of_its_own(coding, overlap, monkeypatch):
    seeds, add = [], TransformersSampler.add
    monkeypatch.setattr(TransformersSampler, "add", lambda self, key, prompt, max_tokens, seed: (
        seeds.append(seed), add(self, key, prompt, max_tokens, seed)))
    for seed in (0, 1):
        play(coding, overlap=overlap, seed=seed)
    assert len(set(seeds)) == len(seeds) > 24


@pytest.mark.parametrize("overlap", [False, True])
def test_sampled_tokens_are_scored_as_the_trainer_does(coding, overlap):
    episodes, _ = play(coding, overlap=overlap)
    for episode in episodes:
        expected = full_logprobs(coding[0], torch.tensor(episode.ids)).cpu()[torch.tensor(episode.mask[1:]).bool()]
        sampled = torch.tensor([value for value, mask in zip(episode.logprobs, episode.mask) if mask])
        torch.testing.assert_close(sampled, expected.detach(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("overlap", [False, True])
def test_no_keys_or_values_are_held_for_an_episode_that_has_ended(coding, overlap, monkeypatch):
    held, drop = [], TransformersSampler.drop
    monkeypatch.setattr(TransformersSampler, "drop", lambda self, key: (
        drop(self, key), held.append((key, set(self.stored)))))
    _, sampler = play(coding, overlap=overlap)
    gone = set()
    for key, stored in held:
        gone.add(key)
        assert not stored & gone
    assert len(gone) == 12 and not sampler.stored
    assert not sampler.rows and sampler.cache is sampler.states is None


@pytest.mark.parametrize("overlap", [False, True])
def test_no_more_turns_than_the_batch_are_sampled_at_a_time(coding, overlap, read):
    play(coding, overlap=overlap, batch=5)
    assert max(map(len, read)) == 5


def test_however_slow_programs_are_no_more_than_two_batches_of_conversations_are_held(coding, monkeypatch):
    real, step, held = sandbox.run, TransformersSampler.step, []

    def slow(code, **limits):
        time.sleep(0.5)
        return real(code, **limits)

    def watched(sampler):
        held.append(len(sampler.stored.keys() | {turn.key for turn in sampler.rows if not turn.finish}
                        | {turn.key for turn in sampler.first} | {turn.key for turn, *_ in sampler.further}))
        return step(sampler)

    monkeypatch.setattr(sandbox, "run", slow)
    monkeypatch.setattr(TransformersSampler, "step", watched)
    episodes, _ = play(coding, 24, overlap=True, batch=3)
    assert all(episode.done for episode in episodes) and 3 < max(held) <= 6


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_logits_that_are_no_numbers_end_the_run_in_one_line(temperature, tiny, chat, capsys):
    model = open_model(tiny, rank=8)
    with torch.no_grad():
        list(trained_parameters(model).values())[-1].fill_(float("nan"))
    with pytest.raises(SystemExit):
        generate(TransformersSampler(model, chat, temperature, batch=8), [chat.encode("one two three")], [9], seed=3)
    error, = capsys.readouterr().err.splitlines()
    assert "logits are no numbers" in error


@pytest.mark.parametrize("overlap", [False, True])
def test_seconds_of_sampling_and_of_waiting_add_up_and_progress_counts_episodes(coding, overlap):
    spent, done, start = Counter(), [], time.monotonic()
    play(coding, overlap=overlap, spent=spent, progress=done.append)
    assert sum(done) == 12 and spent.keys() == {"sample_seconds", "code_seconds"}
    assert 0.9 * (time.monotonic() - start) < sum(spent.values()) < time.monotonic() - start
