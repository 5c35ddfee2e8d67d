"""Stage 3's loss, schedule and data order."""
import json
import random
import weakref

import pytest
import torch
from conftest import TWO_CALLS, script

from tasks.engine.training import Trainer
from tasks.episode import render

sft = script("03")


def slow_loss(model, episodes) -> float:
    """Mean of -log p over trained tokens, one token at a time, from logits of unpadded rows, in Python floats."""
    total = count = 0
    for episode in episodes:
        logits = model(input_ids=torch.tensor([episode.ids], device=model.device)).logits[0].double()
        for place in range(1, len(episode.ids)):
            if episode.mask[place]:
                row = logits[place - 1]
                total += (row.exp().sum().log() - row[episode.ids[place]]).item()
                count += 1
    return total / count


def test_loss_equals_the_slow_reference(model, chat):
    episodes = [render(chat, TWO_CALLS[:length]) for length in (2, 6, 4)]
    assert sft.pass_over(model, episodes)["loss"] == pytest.approx(slow_loss(model, episodes), rel=1e-4)


def test_accuracy_is_the_share_of_trained_tokens_that_the_model_holds_likeliest(model, chat):
    episode = render(chat, TWO_CALLS[:2])
    for place in range(1, len(episode.ids)):  # random weights hardly ever hit: let them write every third token
        if episode.mask[place] and place % 3 == 0:
            with torch.no_grad():
                read = torch.tensor([episode.ids[:place]], device=model.device)
                episode.ids[place] = model(input_ids=read).logits[0, -1].argmax().item()
    written = sum(place % 3 == 0 for place, mask in enumerate(episode.mask) if mask)
    other = render(chat, TWO_CALLS)
    alone, both = (sft.pass_over(model, episodes)["accuracy"] for episodes in ([episode], [episode, other]))
    assert alone == pytest.approx(written / sum(episode.mask), abs=1.5 / sum(episode.mask)) and alone > 0.3
    assert both < alone


def test_a_step_counts_its_tokens_and_its_padding(model, chat, monkeypatch):
    monkeypatch.setattr(sft, "MICRO_TOKENS", 100_000)
    episodes = [render(chat, TWO_CALLS[:length]) for length in (2, 6)]
    lengths = [len(episode.ids) for episode in episodes]
    metrics = sft.train_step(Trainer(model), episodes, 1e-3)
    assert metrics["tokens"] == max(lengths) and metrics["padding"] == 0  # the longer one begins with all of the other
    episodes[0].ids[0] += 1
    metrics = sft.train_step(Trainer(model), episodes, 1e-3)
    assert metrics["tokens"] == sum(lengths) and metrics["padding"] == 1 - sum(lengths) / (2 * max(lengths))
    assert metrics["trained_tokens"] == sum(sum(episode.mask) for episode in episodes)


def test_validation_gives_the_loss_and_leaves_no_gradient(model, chat):
    trainer, episodes = Trainer(model), [render(chat, TWO_CALLS[:length]) for length in (2, 6)]
    assert sft.validate(trainer, episodes)["valid_loss"] == pytest.approx(slow_loss(model, episodes), rel=1e-4)
    assert all(weight.grad is None for weight in trainer.weights)


def test_questions_for_validation_are_few_always_the_same_and_none_of_little_data(monkeypatch):
    names = {f"task/{number}" for number in range(1000)}
    chosen = sft.validation_questions(names)
    assert len(chosen) == 20 and chosen < names
    more = sft.validation_questions(names | {f"other/{number}" for number in range(100)})
    assert len(more) == 22 and len(chosen & more) >= 17  # of those that were held out, next to none is trained on now
    assert len(sft.validation_questions(set(sorted(names)[:80]))) == 8  # a handful
    assert not sft.validation_questions(set(sorted(names)[:79]))
    monkeypatch.setattr(sft, "SEED", 1)
    assert sft.validation_questions(names) != chosen
    for name in ("EVAL_EVERY", "VALIDATION"):
        with monkeypatch.context() as patch:
            patch.setattr(sft, name, 0)
            assert not sft.validation_questions(names)


def test_questions_for_validation_are_not_drawn_as_their_styles_were():
    """Else all are of the style that low numbers give."""
    chosen = sft.validation_questions({f"bbh/navigate/{number}" for number in range(1000)})
    drawn = [random.Random(f"{sft.SEED}/{name}").random() for name in chosen]  # as tasks/reference.py does
    assert 0.2 < sum(drawn) / len(drawn) < 0.8


def test_no_question_is_trained_on_and_validated(chat, tmp_path, monkeypatch, capsys):
    lines = [{"id": f"x/{number}", "messages": [{"role": "user", "content": f"Question {number}?"},
                                                {"role": "assistant", "content": f"<<<{way}>>>"}]}
             for way in ("one", "other") for number in range(100)]
    (tmp_path / "sft.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setattr(sft, "DATA", f"{tmp_path}/sft.jsonl")
    asked = [[chat.decode(episode.ids).partition("?")[0] for episode in episodes] for episodes in sft.load_data(chat)]
    assert [len(questions) for questions in asked] == [184, 16]
    assert not {*asked[0]} & {*asked[1]} and len({*asked[1]}) == 8
    monkeypatch.setattr(sft, "VALIDATION", 1.0)
    with pytest.raises(SystemExit):
        sft.load_data(chat)
    assert "VALIDATION=1.0 leaves nothing to train on" in capsys.readouterr().err


def test_gradient_does_not_change_with_the_micro_batch(model, chat, monkeypatch):
    trainer, episodes, seen = Trainer(model), [render(chat, TWO_CALLS[:length]) for length in (2, 6, 4)], []

    def update(rate, clip_norm):
        assert clip_norm == sft.CLIP_NORM
        seen.append(torch.cat([weight.grad.flatten() for weight in trainer.weights]))
        trainer.optimizer.zero_grad(set_to_none=True)
        return 0.0

    monkeypatch.setattr(trainer, "update", update)
    for budget in (1, 300, 100_000):
        monkeypatch.setattr(sft, "MICRO_TOKENS", budget)
        sft.train_step(trainer, episodes, 1e-3)
    assert seen[0].abs().max() > 0
    for grad in seen[1:]:
        torch.testing.assert_close(grad, seen[0], atol=1e-6, rtol=1e-3)


def test_nothing_of_a_micro_batch_lives_on_while_the_next_one_is_computed(model, chat, monkeypatch):
    graphs, scores = [], sft.token_scores

    def watched(*arguments):
        assert all(graph() is None for graph in graphs)
        logprobs, *others = scores(*arguments)
        graphs.append(weakref.ref(logprobs))
        return logprobs, *others

    monkeypatch.setattr(sft, "token_scores", watched)
    monkeypatch.setattr(sft, "MICRO_TOKENS", 1)
    sft.pass_over(model, [render(chat, TWO_CALLS[:length]) for length in (2, 6, 4)], lambda loss: loss.backward())
    model.zero_grad(set_to_none=True)
    assert len(graphs) == 3


def test_every_row_is_met_once_an_epoch_in_another_order_each_time(monkeypatch):
    monkeypatch.setattr(sft, "BATCH", 4)
    epochs = [[row for step in range(start, start + 5) for row in sft.rows_of_step(20, step)] for start in (0, 5)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(20)) and epochs[0] != epochs[1]


def test_learning_rate_warms_up_and_decays_to_almost_zero(monkeypatch):
    monkeypatch.setattr(sft, "LEARNING_RATE", 1.0)
    monkeypatch.setattr(sft, "WARMUP", 0.1)
    rates = [sft.learning_rate(step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.1) and max(rates) == rates[9] == 1.0 and 0 < rates[-1] < 0.02
    assert rates[:10] == sorted(rates[:10]) and rates[9:] == sorted(rates[9:], reverse=True)


def test_the_step_is_taken_at_the_rate_of_the_schedule(model, chat):
    trainer, episodes = Trainer(model), [render(chat, TWO_CALLS)]
    before = [weight.detach().clone() for weight in trainer.weights]
    assert sft.train_step(trainer, episodes, 0.0)["learning_rate"] == 0
    assert all(map(torch.equal, before, trainer.weights))
    assert sft.train_step(trainer, episodes, 3e-4)["learning_rate"] == 3e-4
    assert not all(map(torch.equal, before, trainer.weights))


@pytest.mark.parametrize("masked", [True, False])
def test_code_output_is_trained_only_if_it_is_not_masked(chat, tmp_path, monkeypatch, masked):
    (tmp_path / "sft.jsonl").write_text(json.dumps({"id": "x/1", "messages": TWO_CALLS}) + "\n")
    monkeypatch.setattr(sft, "DATA", f"{tmp_path}/sft.jsonl")
    monkeypatch.setattr(sft, "MASK_OUTPUT", masked)
    (episode,), validation = sft.load_data(chat)
    assert not validation
    trained = chat.decode([token for token, mask in zip(episode.ids, episode.mask) if mask])
    assert "<<<4>>>" in trained and ("Code Execution Results" in trained) == (not masked)
