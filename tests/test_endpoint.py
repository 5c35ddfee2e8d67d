"""Conversations with models behind an endpoint, against a server of our own that misbehaves."""
import re
import threading
from contextlib import ExitStack

import pytest
from server import CODE, KEY, Server, calculator

from tasks.endpoint import Endpoint, _as_turn, _reason, converse
from tasks.engine.sampler import Sample
from tasks.episode import FENCE, Chat, render, run_episodes


@pytest.fixture
def serve(monkeypatch):
    """Starts servers, and ends them all. The key is set, as nobody's server minds one."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with ExitStack() as servers:
        yield lambda answer=calculator: servers.enter_context(Server(answer))


def endpoint(server: Server, **options) -> Endpoint:
    return Endpoint("x/calculator", server.address, **{"temperature": 1.0, "turn_tokens": 50} | options)


FAULTS = [429, 500, 503, "drop", "html", "no JSON", "late", "no choice", "no text", "cut", "no usage"]


def test_every_conversation_comes_through_whatever_goes_wrong(chat, serve):
    server, ended = serve(), []
    server.faults = {f"{fault}": [fault] for fault in FAULTS}
    asked = endpoint(server, patience=1.5)
    episodes = converse(chat, [f"{fault}" for fault in FAULTS], asked,
                        finished=lambda number, episode: ended.append((number, episode.answer)))
    assert {(episode.answer, episode.code_calls, episode.failed) for episode in episodes} == {("42", 1, "")}
    assert sorted(ended) == [(number, "42") for number in range(len(FAULTS))]
    assert not any(server.faults.values())  # each has happened
    for fault, episode in zip(FAULTS, episodes):
        if fault != "no usage":  # its first turn is counted here
            assert [(turn["prompt_tokens"], turn["tokens"]) for turn in episode.turns] == [(10, 3), (30, 3)]
    assert (asked.tokens_in, asked.tokens_out) == tuple(
        sum(turn[name] for episode in episodes for turn in episode.turns) + wasted  # the turn without a text
        for name, wasted in (("prompt_tokens", 10), ("tokens", 3)))


def test_a_request_says_what_is_wanted(chat, serve):
    server = serve()
    converse(chat, ["q"], endpoint(server, temperature=0.3, turn_tokens=77))
    first, second = server.asked
    assert (first["model"], first["temperature"]) == ("x/calculator", 0.3)
    assert first["max_tokens"] == 77 and "stop" not in first  # or a fence that closes no program would end the turn
    assert first["messages"] == [{"role": "user", "content": "q"}]
    assert second["messages"][1:] == [{"role": "assistant", "content": CODE},
                                      {"role": "user", "content": "Code Execution Results:\n42"}]


@pytest.mark.parametrize("turns", [
    ["```python\nprint(1)\n" + FENCE, "<<<1>>>"], ["```python\n1/0\n```\n", "```python\nprint(2)\n```\n", "<<<2>>>"],
    ["<<<5>>>"], [("so <<<4>>> and", "length")], [("```python\nprint(7)\n```", "length")], ["no answer"],
    ["```python\nprint(3)\n```\n"] * 7, ["```text\n1 2\n```\nas ```python\nprint(3)\n```\n", "```\n<<<3>>>\n```"]])
def test_an_episode_is_that_of_the_loop_over_token_ids(chat, serve, turns):
    short = Chat(chat.tokenizer, max_calls=2)
    turns = [turn if isinstance(turn, tuple) else (turn, "stop") for turn in turns]
    episode, = converse(short, ["q"], endpoint(serve(lambda messages: turns[len(messages) // 2])))

    class Script:
        # As samplers do, it stops at every fence.
        batch, said = 1, iter((part, end) for text, end in turns for part in re.split(f"(?<={FENCE})", text) if part)

        def add(self, key, *_):
            self.key = key

        def step(self):
            text, finish = next(self.said)
            ids = chat.encode(text) + [chat.end_of_turn] * (finish == "stop" and not text.endswith(FENCE))
            return [(self.key, Sample(ids, [0.0] * len(ids), finish))]

        def drop(self, key):
            pass

    other, = run_episodes(short, ["q"], Script(), 2000, 500, seed=0)

    def bare(turns):
        return [{name: value for name, value in turn.items() if name not in ("tokens", "prompt_tokens", "seconds")}
                for turn in turns]
    assert bare(episode.turns) == bare(other.turns)
    assert (episode.done, episode.truncated, episode.answer) == (other.done, other.truncated, other.answer)
    assert episode.messages("q") == other.messages("q") and render(short, episode.messages("q")).ids[0] == other.ids[0]


@pytest.mark.parametrize("text, whole", [
    (CODE, CODE), (CODE[:-3], CODE[:-3]), ("<<<4>>>", "<<<4>>>"), ("Like this:\n", "Like this:\n"),
    (CODE + "\nCode Execution Results:\n43\n<<<43>>>", CODE + "\n"), (f"{CODE}\n{CODE}\n", CODE + "\n"),
    (f"```text\na\n```\n{CODE}\nand", f"```text\na\n```\n{CODE}\n"), (f"```\na\n```\n{CODE}", f"```\na\n```\n{CODE}")])
def test_a_turn_ends_with_its_first_program(text, whole, chat):
    assert _as_turn(chat, text, "stop") == _as_turn(chat, whole, "stop") == (whole, "stop")
    assert _as_turn(chat, text, "content_filter") == (whole, "stop")
    assert _as_turn(chat, text, "length") == (whole, "length" if whole == text else "stop")  # cut off after the turn
    assert _as_turn(Chat(chat.tokenizer, method="text"), text, "stop") == (text, "stop")


def test_so_many_conversations_at_once_and_no_more(chat, serve):
    gate, together, most = threading.Barrier(3), [], []

    def answer(messages):
        if len(messages) == 1:
            together.append(1)
            most.append(len(together))
            gate.wait(20)  # opens only when three are there
        else:
            together.pop()
        return calculator(messages)

    episodes = converse(chat, [f"{number}" for number in range(9)], endpoint(serve(answer), in_flight=3))
    assert [episode.answer for episode in episodes] == ["42"] * 9 and max(most) == 3


def test_a_conversation_goes_on_while_others_wait(chat, serve):
    others = threading.Event()

    def answer(messages):
        if messages[0]["content"] == "slow":
            assert others.wait(20)
        return calculator(messages)

    episodes = converse(chat, ["slow", "quick"], endpoint(serve(answer)),
                        finished=lambda number, episode: number == 1 and others.set())
    assert [episode.answer for episode in episodes] == ["42", "42"]


def test_a_conversation_that_cannot_be_had_is_no_wrong_answer_and_the_others_go_on(chat, serve):
    server = serve()
    server.faults = {"lost": [500] * 9, "none": ["no choice"] * 9, "barred": [403] * 9}
    names = ["lost", "a", "none", "b", "barred"]
    episodes = converse(chat, names, endpoint(server, retries=1))
    assert [bool(episode.failed) for episode in episodes] == [True, False, True, False, True]
    assert [episode.done for episode in episodes] == [False, True, False, True, False]
    assert "500" in episodes[0].failed and "no choice" in episodes[2].failed and "403" in episodes[4].failed


def test_a_conversation_that_outgrows_the_model_is_truncated(chat, serve):
    episode, longer = converse(chat, ["q", "long"], endpoint(
        serve(lambda messages: 400 if len(messages) > 1 or "long" in messages[0]["content"] else CODE)))
    assert episode.truncated and episode.done and not episode.failed and episode.code_calls == 1
    assert "maximum context length" in longer.failed and not longer.done  # there, nothing was ever answered


@pytest.mark.parametrize("status, says", [(401, "OPENAI_API_KEY"), (404, "x/calculator"), (500, "in a row"),
                                          (400, "in a row")])
def test_an_endpoint_that_answers_nobody_is_one_line(status, says, chat, serve, capsys):
    server = serve(lambda messages: status)
    with pytest.raises(SystemExit) as stopped:
        converse(chat, ["q"] * 100, endpoint(server, retries=1, in_flight=2))
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and error.count("\n") == 1 and says in error and len(server.asked) < 30


def test_nobody_listens(chat, monkeypatch, capsys):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SystemExit):
        converse(chat, ["q"] * 9, Endpoint("x", "http://127.0.0.1:9/v1", temperature=1.0, turn_tokens=9, retries=0))
    assert "http://127.0.0.1:9/v1" in capsys.readouterr().err


def test_refusals_of_single_questions_do_not_end_a_run_in_which_others_were_answered(chat, serve):
    episodes = converse(chat, ["q", *["bad"] * 30], endpoint(
        serve(lambda messages: 400 if messages[0]["content"] == "bad" else calculator(messages)), in_flight=1))
    assert [bool(episode.failed) for episode in episodes] == [False] + [True] * 30


def test_the_key_goes_to_the_endpoint_and_nowhere_else(chat, serve, capsys):
    server = serve()
    server.faults = {"lost": [500] * 9}
    episode, = converse(chat, ["lost"], endpoint(server, retries=1))
    assert "no luck with Bearer ***" in episode.failed
    for place in range(200, 320):  # wherever a long message is cut
        text = _reason(ValueError("x" * place + KEY))
        assert len(text) <= 300 and not any(KEY[:length] in text for length in range(4, len(KEY)))
    with pytest.raises(SystemExit):
        converse(chat, ["q"] * 9, endpoint(serve(lambda messages: 500), retries=0))
    said = "".join(capsys.readouterr())
    assert "no luck with" in said and KEY not in said + repr(vars(episode)) + repr(vars(endpoint(server)))


@pytest.mark.parametrize("in_flight", [1, 4])
def test_no_conversation_begins_once_the_money_is_spent(in_flight, chat, serve):
    server, ended = serve(), []
    limits = {"in_flight": in_flight, "price_in": 20_000.0, "price_out": 1e6 / 30, "max_dollars": 5.0}  # one is 1.00
    asked = endpoint(server, **limits)
    episodes = converse(chat, ["q"] * 20, asked, finished=lambda number, _: ended.append(number))
    begun = [number for number, episode in enumerate(episodes) if episode.turns]
    assert sorted(ended) == begun and all(episodes[number].answer == "42" for number in begun)
    assert asked.dollars == pytest.approx(len(begun)) and (len(begun) == 5 or in_flight == 4 and 3 <= len(begun) <= 8)
    assert not any(episode.done or episode.failed for episode in episodes if not episode.turns)
    again = endpoint(server, **limits)
    again.tokens_in, again.tokens_out, again.ended = 5 * 40, 5 * 6, 5  # what an earlier run took
    assert not any(episode.turns for episode in converse(chat, ["q"] * 3, again))
    again.max_dollars = 12.0
    assert sum(episode.done for episode in converse(chat, ["q"] * 20, again)) >= 4 and again.dollars <= 15.0


def test_no_conversation_begins_once_the_time_is_over(chat, serve):
    ended = []
    episodes = converse(chat, ["q"] * 9, endpoint(serve(), in_flight=1), finished=lambda *_: ended.append(1),
                        is_over=lambda: len(ended) > 2)
    assert [episode.done for episode in episodes] == [True] * 3 + [False] * 6 and len(ended) == 3


@pytest.mark.parametrize("finish, asked", [("length", 1), ("stop", 3)])
def test_a_turn_without_a_text_is_paid_for(finish, asked, chat, serve):
    server = serve(lambda messages: (None, finish))
    spent = endpoint(server, retries=2)
    episode, = converse(chat, ["q"], spent)
    assert len(server.asked) == asked and spent.tokens_out == 3 * asked
    assert episode.truncated == (finish == "length") and bool(episode.failed) == (finish == "stop")


@pytest.mark.parametrize("options, says", [
    ({}, "OPENAI_API_KEY"), ({"address": "localhost:8000"}, "http://localhost:8000/v1"),
    ({"address": "http://x", "max_dollars": 1.0}, "PRICE_IN")])
def test_an_endpoint_that_cannot_be_asked_is_one_line(options, says, monkeypatch, capsys):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SystemExit):
        Endpoint("x", temperature=1.0, turn_tokens=9, **options)
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1
