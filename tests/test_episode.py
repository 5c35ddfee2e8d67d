"""The conversation: masks, parsing, and rollouts that are the same ids as the trajectories trained on."""
import pytest
from conftest import TWO_CALLS

from tasks.engine.sampler import Sample
from tasks.episode import FENCE, Chat, Episode, colored, find_answer, find_code, render, run_episodes


class Script:
    """A sampler that says given turns, one after another: exact control over what "the model" samples."""
    batch = 10

    def __init__(self, chat, turns):
        self.chat, self.turns, self.prompts = chat, list(turns), []

    def generate(self, prompts, max_tokens, seed):
        self.prompts.append([list(prompt) for prompt in prompts])
        text, finish = self.turns.pop(0)
        ids = self.chat.encode(text) + ([self.chat.end_of_turn] if finish == "stop" else [])
        return [Sample(list(ids), [-0.5] * len(ids), "length" if finish == "length" else "stop") for _ in prompts]


def play(chat, *turns, **limits):
    sampler = Script(chat, turns)
    limits = {"max_tokens": 2000, "turn_tokens": 500, "seed": 0} | limits
    return run_episodes(chat, ["What is 2 + 2?"], sampler, **limits)[0], sampler


def masked_text(chat, episode) -> str:
    return chat.tokenizer.decode([token for token, mask in zip(episode.ids, episode.mask) if mask])


def test_mask_of_two_tool_turns_is_the_assistants_words_and_their_ends(chat):
    episode = render(chat, TWO_CALLS)
    assistant = "".join(turn["content"] + "<|im_end|>" for turn in TWO_CALLS if turn["role"] == "assistant")
    assert masked_text(chat, episode) == assistant


def test_end_of_turn_is_trained_although_it_is_the_padding_token(chat):
    assert chat.tokenizer.pad_token_id == chat.end_of_turn
    episode = render(chat, TWO_CALLS)
    assert episode.ids[-1] == chat.end_of_turn and episode.mask[-1] == 1
    ends = [mask for token, mask in zip(episode.ids, episode.mask) if token == chat.end_of_turn]
    assert ends == [0, 1, 0, 1, 0, 1]  # user, assistant, user, ...


def test_code_output_is_trained_only_on_request(chat):
    extra = masked_text(chat, render(chat, TWO_CALLS, output_mask=1))
    assert "Code Execution Results:\n4" in extra and "What is" not in extra
    assert "Results" not in masked_text(chat, render(chat, TWO_CALLS))


def test_a_trajectory_and_the_rollout_that_says_the_same_are_the_same_ids(chat):
    episode, _ = play(chat, (TWO_CALLS[1]["content"], "stop"), (TWO_CALLS[3]["content"], "stop"), ("<<<4>>>", "stop"))
    messages = [{"role": "user", "content": chat.prompt("What is 2 + 2?")}]
    for turn in episode.turns:
        messages.append({"role": "assistant", "content": turn["text"]})
        if "output" in turn:
            messages.append({"role": "user", "content": turn["output"]})
    assert len(messages) == 6 and "SyntaxError" in messages[2]["content"]
    written = render(chat, messages)
    assert written.ids == episode.ids and written.mask == episode.mask


def test_rendering_follows_the_chat_template(chat):
    text = chat.tokenizer.apply_chat_template(TWO_CALLS, tokenize=False).rstrip("\n")
    assert chat.tokenizer.decode(render(chat, TWO_CALLS).ids) == text


def test_each_prompt_extends_the_one_before_by_the_very_ids_that_were_sampled(chat):
    # Sampled letter by letter; encoding the text again would give fewer, longer tokens.
    text = "```python\nprint(1)\n```"
    split = [token for letter in text for token in chat.encode(letter)] + [chat.end_of_turn]
    assert chat.encode(chat.decode(split)) != split[:-1]
    sampler = Script(chat, [("<<<1>>>", "stop")])
    say, sampler.generate = sampler.generate, lambda prompts, limits, seed: (
        [Sample(list(split), [-1.0] * len(split), "stop")] if not sampler.prompts.append(prompts[0][:])
        and len(sampler.prompts) == 1 else say(prompts, limits, seed))
    episode, = run_episodes(chat, ["q"], sampler, 2000, 500, seed=0)
    first = sampler.prompts[0]
    assert episode.ids[:len(first) + len(split)] == first + split


def test_a_turn_stopped_at_the_fence_is_ended_by_the_environment_unsampled(chat):
    episode, _ = play(chat, ("```python\nprint(1)\n" + FENCE, "fence"), ("<<<1>>>", "stop"))
    place = episode.ids.index(chat.end_of_turn, len(chat.begin(chat.prompt("What is 2 + 2?")).ids))
    assert episode.mask[place] == 0 and episode.mask[place - 1] == 1
    assert episode.answer == "1" and episode.mask[-1] == 1


def test_a_truncated_turn_has_no_answer_and_no_end(chat):
    episode, _ = play(chat, ("so <<<4>>> and then", "length"))
    assert episode.truncated and episode.answer == "" and episode.turns[-1]["finish"] == "length"
    assert episode.ids[-1] != chat.end_of_turn and episode.mask[-1] == 1


def test_an_episode_that_outgrows_its_limit_is_truncated(chat):
    episode, sampler = play(chat, ("```python\nprint('word ' * 100)\n```", "stop"), max_tokens=180)
    assert episode.truncated and len(sampler.prompts) == 1


def test_after_the_last_code_call_code_no_longer_runs(chat):
    turns = [("```python\nprint(7)\n```", "stop")] * 7
    episode, _ = play(Chat(chat.tokenizer, max_calls=2), *turns)
    assert episode.code_calls == 2 and len(episode.turns) == 3 and "No code calls left" in episode.turns[1]["output"]
    assert "output" not in episode.turns[2] and episode.answer == ""


def test_long_output_is_cut_in_the_middle_and_says_so(chat):
    episode, _ = play(Chat(chat.tokenizer, output_tokens=40),
                      ("```python\nprint('first', 'x ' * 500, 'last')\n```", "stop"), ("<<<1>>>", "stop"))
    output = episode.turns[0]["output"]
    assert "first" in output and "last" in output and "tokens cut" in output
    assert len(chat.encode(output)) < 100


def test_the_three_lists_grow_together_or_not_at_all():
    episode = Episode()
    with pytest.raises(ValueError):
        episode.append([1, 2], 1, [-0.1])
    assert episode.ids == episode.mask == episode.logprobs == []


@pytest.mark.parametrize("text, answer", [
    ("<<<4>>>", "4"), ("first <<<3>>> no, <<< 4 >>>.", "4"), ("<<<1\n2>>>", "1\n2"), ("<<<4", ""), ("4", ""),
    ("<<<>>>", "")])
def test_the_answer_is_what_the_last_marker_holds(text, answer):
    assert find_answer(text) == answer


@pytest.mark.parametrize("marker, text, answer", [
    ("boxed", r"so \boxed{\frac{1}{2}} it is}", r"\frac{1}{2}"), ("boxed", r"\boxed{1", ""),
    ("tag", "<answer> 5 </answer>", "5")])
def test_other_markers(marker, text, answer):
    assert find_answer(text, marker) == answer


@pytest.mark.parametrize("text, code", [
    ("```python\nprint(1)\n```", "print(1)"), ("a\n```python\nx = 1\nprint(x)\n```\nb", "x = 1\nprint(x)"),
    ("```python\nprint(1)", None), ("```\nprint(1)\n```", None), ("no code", None)])
def test_only_a_complete_python_block_is_code(text, code):
    assert find_code(text) == code


def test_the_shown_conversation_commands_no_terminal(chat):
    episode = Episode()
    episode.append(chat.encode("a\x1b[2J\x9b\rb\n\tc"), 0)
    shown = colored(chat, episode)
    assert "a\\x1b[2J\\x9b\\rb\n\tc" in shown and shown.count("\x1b") == 2  # our own color, and its end
