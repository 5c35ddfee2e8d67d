"""The conversation: instructions, parsing, and the multi-turn loop between a model and the Python interpreter.

    user       instructions + question
    assistant  reasoning and one ```python block ...
    user       Code Execution Results: what the program printed
    assistant  ... until a turn without code, which holds the final <<<answer>>>

Token-in/token-out: an episode is three lists that grow together in `Episode.append` and nowhere else. What the model
sampled is never decoded and encoded again, because encoding does not always give the same ids back. Trajectories for
supervised training (`render`) and rollouts (`run_episodes`) are built from the same three steps (`Chat.begin`, the
assistant's ids, `Chat.observe`), so the same conversation is the same ids in both. A chat template is rendered once,
for the delimiters: one that drops earlier thoughts from a conversation cannot change ids that were sent.

A reasoning model thinks first, from <think> to </think>. Its thoughts are sampled and trained as all that it says and
stay in its turn, but what stands in them is no code and no answer. A fence ends a turn only where it closes a program
that is not one of them (`_say`).
"""
import random
import re
import time
from collections import Counter
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, wait
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, takewhile

from tokenizers import Tokenizer

from tasks import sandbox
from tasks.engine import ranks
from tasks.engine.constants import stop

INSTRUCTIONS = """Solve the problem. Think first. You may write one ```python block: a complete script that prints \
what you need. You then see its output and go on. Give the final answer as {marker}.

{question}"""
IN_WORDS = """Solve the problem in words alone: no code is run. Think step by step. Give the final answer as {marker}.

{question}"""
ONE_PROGRAM = """Solve the problem by one program. Write one ```python block: a complete script that prints the final \
answer and nothing else. What it prints is taken as your answer.

{question}"""
# Ways to answer: as trained; without code; by a program alone, whose output is the answer unless it fails.
PROMPTS = {"interpreter": INSTRUCTIONS, "text": IN_WORDS, "code": ONE_PROGRAM}
RESULTS = "Code Execution Results:\n"
LAST_CALL = "\n[No code calls left: give the final answer now.]"
MARKERS = {"angle": ("<<<", ">>>"), "boxed": ("\\boxed{", "}"), "tag": ("<answer>", "</answer>")}

CODE = re.compile(r"```python\n(.*?)\n?```", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # control characters but tab and newline
FENCE = "```\n"  # samplers stop here. It closes a block, or opens one of no language; that of code opens by ```python
THOUGHT = "<think>\n"  # with this the prompts of some reasoning models end, R1's distillates among them
NO_THOUGHT = "\n</think>\n\n"  # what follows it in a turn that was written without thoughts


def spoken(text: str) -> str | None:
    """What a turn says after its thoughts: all behind the last </think>, or None while a <think> is open."""
    rest = text.rpartition("</think>")[2]
    return None if "<think>" in rest else rest


def find_code(text: str) -> str | None:
    """The first complete python block that a turn says, or None."""
    match = CODE.search(spoken(text) or "")
    return match.group(1) if match else None


def find_answer(text: str, marker: str = "angle") -> str:
    """What stands in the last answer marker that a turn says; empty without one."""
    text, (opening, closing) = spoken(text) or "", MARKERS[marker]
    start = text.rfind(opening)
    if start < 0:
        return ""
    rest = text[start + len(opening):]
    if marker == "boxed":  # \boxed{\frac{1}{2}}: up to the brace that closes the first
        depth = 1
        for end, character in enumerate(rest):
            depth += (character == "{") - (character == "}")
            if depth == 0:
                return rest[:end].strip()
        return ""
    content, found, _ = rest.partition(closing)
    return content.strip() if found else ""


def printed(output: str) -> str:
    """What a program printed, from the message that `Chat.results` made of it."""
    return output.removeprefix(RESULTS).removesuffix(LAST_CALL)


def wrap_answer(answer: str, marker: str = "angle") -> str:
    """An answer in its marker."""
    return answer.join(MARKERS[marker])


@dataclass
class Episode:
    """One conversation as ids, with what each turn did. mask is 1 where the policy sampled the token.

    logprobs are the sampler's own, 0.0 where nothing was sampled. turns holds one dict per assistant turn: text,
    tokens, finish ("stop" or "length"), and status and output of its code if it had any. A conversation that
    could not be had from an endpoint (tasks/endpoint.py) says why in failed.
    """
    ids: list[int] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    turns: list[dict] = field(default_factory=list)
    done: bool = False
    truncated: bool = False
    answer: str = ""
    failed: str = ""

    def append(self, ids: list[int], mask: int, logprobs: list[float] | None = None):
        """Grow the three lists together; the only place where they grow."""
        logprobs = [0.0] * len(ids) if logprobs is None else logprobs
        if len(ids) != len(logprobs):
            raise ValueError(f"{len(ids)} ids but {len(logprobs)} log-probs")
        self.ids += ids
        self.mask += [mask] * len(ids)
        self.logprobs += logprobs

    @property
    def unfinished(self) -> list[int]:
        """The ids at the end that were sampled, of the turn that is going on: other turns end in ids that were not."""
        return self.ids[len(self.ids) - len(list(takewhile(bool, reversed(self.mask)))):]

    @property
    def code_calls(self) -> int:
        return sum("status" in turn for turn in self.turns)

    @property
    def tool_errors(self) -> int:
        return sum(turn.get("status", "ok") != "ok" for turn in self.turns)

    def messages(self, first: str | list[dict]) -> list[dict]:
        """The conversation after the user message `first`, or after a whole dialogue, as data/sft.jsonl has it: turns
        end without a newline."""
        messages = [{"role": "user", "content": first}] if isinstance(first, str) else list(first)
        for turn in self.turns:
            messages.append({"role": "assistant", "content": turn["text"].rstrip()})
            if "output" in turn:
                messages.append({"role": "user", "content": turn["output"]})
        return messages


class Chat:
    """The ids that a tokenizer's chat template puts between turns, worked out once."""

    def __init__(self, tokenizer, marker: str = "angle", max_calls: int = 5, output_tokens: int = 512,
                 method: str = "interpreter"):
        """marker: a key of MARKERS; max_calls: code calls per episode; output_tokens: cap on what a program printed;
        method: a key of PROMPTS.

        Raises ValueError for a template from which the delimiters cannot be cut.
        """
        if marker not in MARKERS:
            stop(f"MARKER is one of {', '.join(MARKERS)}, not {marker!r}")
        self.tokenizer, self.marker, self.method = tokenizer, marker, method
        self.max_calls = {"text": 0, "code": 1}.get(method, max_calls)
        self.output_tokens = output_tokens
        # The same model without its added tokens, which a tokenizer finds in any text. Its own way of not looking for
        # them, split_special_tokens, still finds those that are not called special, such as Qwen's <tool_call>.
        whole = tokenizer.backend_tokenizer
        self.bare, self.added = Tokenizer(whole.model), tokenizer.get_added_vocab()
        self.bare.normalizer, self.bare.pre_tokenizer = whole.normalizer, whole.pre_tokenizer
        turns = [{"role": "user", "content": "@1@"}, {"role": "assistant", "content": "@2@"},
                 {"role": "user", "content": "@3@"}]
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        before, middle, between, after = re.split("@[123]@", text)
        self.opening = after.removeprefix(middle)  # how the prompt begins every turn: nothing, or a thought
        self.head, self.to_assistant, self.to_user = (
            tokenizer(part, add_special_tokens=False)["input_ids"] for part in (before, after, between))
        self.end_of_turn = self.to_user.pop(0)  # what the model itself samples; the rest is the environment's
        if self.opening not in ("", THOUGHT) or self.end_of_turn not in tokenizer.all_special_ids:
            raise ValueError("this chat template has no end-of-turn token, or treats later turns differently")

    def encode(self, text: str) -> list[int]:
        """The ids of what anybody wrote. The text <|im_end|> is letters here: only the template's own pieces may hold
        control tokens, lest a question or what a program prints ends a turn."""
        return self.bare.encode(text).ids

    def encode_turn(self, text: str) -> list[int]:
        """The ids of an assistant's written turn as the model would sample it, the end of turn included.

        <think> and </think> are tokens of their own where the tokenizer has them, and a turn without thoughts ends the
        one that the prompt has opened.
        """
        if self.opening:
            text = text.removeprefix(self.opening) if text.startswith(self.opening) else NO_THOUGHT + text
        parts = [[self.added[part]] if part in self.added else self.encode(part)
                 for part in re.split("(</?think>)", text)]
        return [*chain(*parts), self.end_of_turn]

    def decode(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def prompt(self, question: str) -> str:
        """The first user message."""
        return PROMPTS[self.method].format(marker=wrap_answer("answer", self.marker), question=question)

    def results(self, result: sandbox.Result, calls: int) -> str:
        """The user message after the `calls`-th code call: stdout, then stderr, cut in the middle past the cap."""
        text = "\n".join(part.rstrip("\n") for part in (result.stdout, result.stderr) if part.strip()) or "(no output)"
        ids = self.encode(text)
        if len(ids) > self.output_tokens:
            half = self.output_tokens // 2
            cut = f"\n[... {len(ids) - 2 * half} tokens cut ...]\n"
            text = self.decode(ids[:half]) + cut + self.decode(ids[len(ids) - half:])
        return RESULTS + text + (LAST_CALL if calls >= self.max_calls and self.method != "code" else "")

    def begin(self, message: str) -> Episode:
        """A conversation up to where the assistant starts, `message` being the first user message."""
        episode = Episode()
        episode.append(self.head + self.encode(message) + self.to_assistant, 0)
        return episode

    def observe(self, episode: Episode, message: str, mask: int = 0):
        """Add a user turn, up to where the assistant goes on; mask=1 counts the message itself as sampled."""
        episode.append(self.to_user, 0)
        episode.append(self.encode(message), mask)
        episode.append(self.to_assistant, 0)


def render(chat: Chat, messages: list[dict], output_mask: int = 0) -> Episode:
    """A written trajectory as an episode: assistant turns and their end-of-turn tokens have mask 1, all else 0.

    output_mask=1 gives the code output mask 1 too (the paper's comparison of masked and unmasked training).
    """
    episode = chat.begin(messages[0]["content"])
    for message in messages[1:]:
        if message["role"] == "assistant":
            episode.append(chat.encode_turn(message["content"]), 1)
        else:
            chat.observe(episode, message["content"], output_mask)
    return episode


def with_output(chat: Chat, episode: Episode) -> Episode:
    """The episode with the code output in its mask, as `render` has it for output_mask=1 (MASK_OUTPUT = False).

    Its log-probabilities are nan there, where no sampler gave any.
    """
    mask, start = list(episode.mask), episode.mask.index(1)
    for sampled, run in groupby(episode.mask[start:]):
        end = start + len(list(run))
        if not sampled:  # an end of turn if the model stopped at the fence, then a user's turn around the output
            first = start + (episode.ids[start] == chat.end_of_turn) + len(chat.to_user)
            mask[first:end - len(chat.to_assistant)] = [1] * (end - len(chat.to_assistant) - first)
        start = end
    logprobs = [float("nan") if new > old else value for value, old, new in zip(episode.logprobs, episode.mask, mask)]
    return replace(episode, mask=mask, logprobs=logprobs)


def colored(chat: Chat, episode: Episode) -> str:
    """The conversation as text, sampled or trained tokens in green, all others in red, with a last line of counts."""
    parts, start = [], 0
    for end in range(1, len(episode.ids) + 1):
        if end == len(episode.ids) or episode.mask[end] != episode.mask[start]:
            text = chat.tokenizer.decode(episode.ids[start:end], clean_up_tokenization_spaces=False)
            text = CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)  # or a program's output commands the terminal
            parts.append(f"\033[{32 if episode.mask[start] else 31}m{text}\033[0m")
            start = end
    return "".join(parts) + f"\n[{sum(episode.mask)} green of {len(episode.ids)} tokens]"


def leave_room(chat: Chat, questions: list, max_tokens: int, first=None, cap: str = "MAX_TOKENS") -> list:
    """The questions that do not fill max_tokens by themselves, saying how many do; stops where all of them do.

    first: makes the first user message of a question, `chat.prompt` if none is given; cap: what the constant is called
    """
    first = first or chat.prompt
    kept = [question for question in questions if len(chat.begin(first(question.question)).ids) < max_tokens]
    if not kept:
        stop(f"all {len(questions)} questions are longer than {cap}={max_tokens}; raise it")
    if len(kept) < len(questions):
        print(f"left out {len(questions) - len(kept)} of {len(questions)} questions as longer than {max_tokens} tokens")
    return kept


def run_episodes(chat: Chat, messages: list, sampler, max_tokens: int, turn_tokens: int, seed: int | list[str],
                 timeout: float = 5.0, progress=None, overlap: bool = False, spent: Counter | None = None,
                 keys: list[int] | None = None) -> list[Episode]:
    """Answer first user messages (repeat one to sample it several times) in conversation with the interpreter.

    Of several ranks each makes its share of the episodes, and all get all of them: all must call.

    messages:    first user messages (`Chat.prompt`), or dialogues that end in one
    max_tokens:  cap on a whole episode, prompt included; one that reaches it is `truncated` and has no answer
    turn_tokens: cap on one assistant turn
    seed:        of the call, or one for each episode; every turn of every episode gets one of its own, made from it
    timeout:     seconds per code call
    progress:    called with the number of episodes that were finished, as they are
    overlap:     an episode goes on as soon as its own program has ended. Without it all keep step: turns are sampled
                 together, then programs run together, and the same seed gives the same episodes bit for bit
    spent:       takes the seconds of sampling ("sample_seconds") and of waiting for programs ("code_seconds")
    keys:        what the sampler shall call the conversations and keep them by, for calls that go on with them
    Raises ValueError for a question that fills max_tokens by itself.
    """
    episodes = [chat.begin(first) if isinstance(first, str) else render(chat, first) for first in messages]
    seeds = seed if isinstance(seed, list) else [f"{seed}/{number}" for number in range(len(episodes))]
    if any(len(episode.ids) >= max_tokens for episode in episodes):
        raise ValueError(f"a question alone is {max(len(episode.ids) for episode in episodes)} tokens long: "
                         f"MAX_TOKENS={max_tokens} leaves no room for an answer")
    spent = Counter() if spent is None else spent
    mine, names = ranks.share([1] * len(episodes)), keys or range(len(episodes))
    number_of = {name: number for number, name in enumerate(names)}
    waiting, sampling, running = set(mine), set(), {}  # numbers of episodes; {program: number}
    while waiting or sampling or running:
        start = time.monotonic()
        live = len(sampling) + len(running) + sum(bool(episodes[number].turns) for number in waiting)
        for number in sorted(waiting)[:sampler.batch - len(sampling)]:  # those that have begun come first
            if not episodes[number].turns and (live := live + 1) > 2 * sampler.batch:
                break  # the keys and values of all that have begun are kept, however slow their programs are
            ids, turn, begun = episodes[number].ids, len(episodes[number].turns), len(episodes[number].unfinished)
            sampler.add(names[number], list(ids), min(turn_tokens - begun, max_tokens - len(ids)),
                        random.Random(f"{seeds[number]}/{turn}" + f"/{begun}" * (begun > 0)).getrandbits(62))
            waiting.remove(number)
            sampling.add(number)
        ended = {}
        while sampling:
            ended |= {number_of[name]: sample for name, sample in sampler.step()}
            if overlap or len(ended) == len(sampling):
                break
        sampling -= ended.keys()
        for number, sample in ended.items():
            code = _say(chat, episodes[number], sample, turn_tokens, max_tokens)
            if code is not None:
                running[sandbox.submit(code, timeout=timeout)] = number
            elif not episodes[number].done:
                waiting.add(number)
        sampled = time.monotonic()
        results, _ = wait(running, 0 if overlap and (sampling or ended) else None,
                          FIRST_COMPLETED if overlap else ALL_COMPLETED)
        heard = {running.pop(program): program.result() for program in results}
        for number, result in heard.items():
            _hear(chat, episodes[number], result, max_tokens)
        spent.update(sample_seconds=sampled - start, code_seconds=time.monotonic() - sampled)
        done = {number for number in ended.keys() | heard.keys() if episodes[number].done}
        waiting |= heard.keys() - done
        for number in () if keys else done:
            sampler.drop(number)
        if progress and done:
            progress(len(done))
    episodes = ranks.gather({number: episodes[number] for number in mine})
    if progress and len(mine) < len(episodes):
        progress(len(episodes) - len(mine))  # those of the other ranks
    return episodes


def _say(chat: Chat, episode: Episode, sample, turn_tokens: int, max_tokens: int) -> str | None:
    """Add what the model said; the code that now has to run, or None where there is none.

    Samplers stop at every fence. At one that closes no program, as inside a thought or of a block without a language,
    and where no code is run, the turn goes on: it is sampled further from there.
    """
    episode.append(sample.ids, 1, sample.logprobs)
    ids, finish = episode.unfinished, sample.finish
    text, at_fence = chat.opening + chat.decode(ids), finish == "stop" and ids[-1] != chat.end_of_turn
    if at_fence and (chat.method == "text" or find_code(text) is None):
        if len(ids) < turn_tokens and len(episode.ids) < max_tokens:
            return None
        finish = "length"
    code = said(chat, episode, text, len(ids), finish)
    if at_fence and code is not None:  # the environment ends the turn, unsampled
        episode.append([chat.end_of_turn], 0)
    return code


def _hear(chat: Chat, episode: Episode, result: sandbox.Result, max_tokens: int):
    """Add what the program printed."""
    message = heard(chat, episode, result)
    if not episode.done:
        chat.observe(episode, message)
        episode.done = episode.truncated = len(episode.ids) >= max_tokens


def said(chat: Chat, episode: Episode, text: str, tokens: int, finish: str) -> str | None:
    """Note a turn of the model; the code that now has to run, or None where that ended the episode."""
    code = find_code(text) if episode.code_calls < chat.max_calls else None
    episode.turns.append({"text": text, "tokens": tokens, "finish": finish})
    if finish == "length":  # a turn that was cut off is nobody's answer
        episode.done = episode.truncated = True
    elif code is None:  # by the method "code" only a program answers
        episode.done, episode.answer = True, "" if chat.method == "code" else find_answer(text, chat.marker)
    return None if episode.done else code


def heard(chat: Chat, episode: Episode, result: sandbox.Result) -> str:
    """Note what the turn's program came to; the user message that tells the model."""
    turn = episode.turns[-1]
    turn |= {"status": result.status, "seconds": round(result.seconds, 3)}
    turn["output"] = chat.results(result, episode.code_calls)
    if chat.method == "code":  # one program, right or wrong: where it fails there is no answer
        episode.done, episode.answer = True, result.stdout.strip() if result.status == "ok" else ""
    return turn["output"]
