"""A model behind an OpenAI-compatible endpoint (OpenAI, `vllm serve`, llama.cpp, ...), in conversation with the
interpreter.

The same conversation as in tasks/episode.py, with its prompt, parsing and results, but in text: no token ids, no
log-probabilities, so nothing to train on before `render` has made ids of it. The key comes from OPENAI_API_KEY and goes
to the endpoint, nowhere else.
"""
import asyncio
import os
import random
import re

from tasks import sandbox
from tasks.engine.constants import stop
from tasks.episode import FENCE, Chat, Episode, find_code, heard, said

IN_A_ROW = 8  # conversations that fail one after another before the endpoint is held to be at fault


def check_limit(max_dollars: float, price_in: float, price_out: float):
    """Stop with exit code 2 where a limit in dollars could not be kept to, for want of prices."""
    if max_dollars and not (price_in or price_out):
        stop("MAX_DOLLARS wants PRICE_IN and PRICE_OUT, dollars per million tokens read and written")


class Endpoint:
    """A model at an address, how to ask it, and what that has cost.

    model:       its name there
    address:     such as http://localhost:8000/v1; "" for OpenAI itself
    temperature: of its sampling
    turn_tokens: cap on one assistant turn
    in_flight:   conversations at once
    price_in, price_out: dollars per million tokens read and written
    max_dollars: no conversation begins once this is spent, or will be by those under way, which are finished; what
                 they will cost is guessed by the mean so far. 0: no limit
    retries:     of a request that got no answer (see `_ask`)
    patience:    seconds for one request
    purse:       another endpoint that counts, and pays, what is read and written here, too

    tokens_in, tokens_out, ended: read and written so far, and for how many conversations. Who goes on with an earlier
    run sets them to what that one took.
    """

    def __init__(self, model: str, address: str = "", *, temperature: float, turn_tokens: int, in_flight: int = 16,
                 price_in: float = 0.0, price_out: float = 0.0, max_dollars: float = 0.0, retries: int = 8,
                 patience: float = 300.0, purse: "Endpoint | None" = None):
        if not (address or os.environ.get("OPENAI_API_KEY")):
            stop("OPENAI_API_KEY is not set: export it, or give the address of an endpoint that needs none")
        if address and not address.startswith(("http://", "https://")):
            stop(f"an endpoint's address is one such as http://localhost:8000/v1, not {address!r}")
        check_limit(max_dollars, price_in, price_out)
        self.model, self.address, self.temperature, self.turn_tokens = model, address, temperature, turn_tokens
        self.in_flight, self.retries, self.patience = in_flight, retries, patience
        self.price_in, self.price_out, self.max_dollars = price_in, price_out, max_dollars
        self.tokens_in, self.tokens_out, self.purse = 0, 0, purse or self
        self.running = self.ended = self.failures = 0  # conversations; failures are those in a row

    @property
    def dollars(self) -> float:
        return (self.tokens_in * self.price_in + self.tokens_out * self.price_out) / 1e6

    def is_spent(self) -> bool:
        """Whether the money is, or will be with the conversations that are under way."""
        share = self.running / max(1, self.ended)
        return self.max_dollars > 0 and self.dollars * (1 + share) >= self.max_dollars


class _Unusable(Exception):
    """No conversation can be had with this endpoint; the text names the fix."""


def converse(chat: Chat, messages: list, endpoint: Endpoint, *, timeout: float = 5.0, finished=None,
             is_over=lambda: False) -> list[Episode]:
    """Answer first user messages (repeat one to have several answers) in conversation with the interpreter.

    messages: first user messages (`Chat.prompt`), or dialogues that end in one
    timeout:  seconds per code call
    finished: called with a conversation's number and its episode as it ends or fails, so that it can be kept at once
    is_over:  once it says so, no further conversation is begun

    The episodes have turns, answer, done and truncated as those of `run_episodes` have; each turn also says in
    "prompt_tokens" what was read for it. A conversation that could not be had has the reason in `failed`, and is not
    done. One that was never begun, for want of money or time, is neither, and `finished` does not hear of it.
    Stops, naming the fix, where the endpoint answers nobody.
    """
    try:
        return asyncio.run(_converse(chat, messages, endpoint, timeout, finished, is_over))
    except _Unusable as error:
        stop(str(error))


async def _converse(chat: Chat, messages: list, endpoint: Endpoint, timeout: float, finished, is_over) -> list[Episode]:
    from openai import AsyncOpenAI
    episodes, places = [Episode() for _ in messages], asyncio.Semaphore(endpoint.in_flight)

    async def have(number: int):
        async with places:
            if endpoint.is_spent() or is_over():
                return
            endpoint.running += 1
            await _talk(chat, episodes[number], messages[number], endpoint, client, timeout)
            endpoint.running, endpoint.ended = endpoint.running - 1, endpoint.ended + 1
            if finished:
                finished(number, episodes[number])

    async with AsyncOpenAI(api_key=os.environ.get("OPENAI_API_KEY") or "none", base_url=endpoint.address or None,
                           max_retries=endpoint.retries, timeout=endpoint.patience) as client:
        under_way = [asyncio.ensure_future(have(number)) for number in range(len(messages))]
        try:
            await asyncio.gather(*under_way)
        finally:  # an endpoint that is of no use to one is asked by none
            for each in under_way:
                each.cancel()
    return episodes


async def _talk(chat: Chat, episode: Episode, first: str | list[dict], endpoint: Endpoint, client, timeout: float):
    """One conversation, to its end or to where the endpoint fails it."""
    import openai
    while not episode.done:
        try:
            messages = episode.messages(first)
            text, finish, read, written = await _ask(chat, messages, endpoint, client)
        except (openai.OpenAIError, ValueError) as error:
            refused = isinstance(error, openai.BadRequestError)
            if refused and len(messages) > 1 and "context" in str(error).lower():
                episode.done = episode.truncated = True  # it has outgrown what the model can read
            else:
                episode.failed = _reason(error)
                _judge(error, episode.failed, endpoint)
            return
        endpoint.failures = 0
        code = said(chat, episode, text, written, finish)
        episode.turns[-1]["prompt_tokens"] = read
        if code is not None:
            heard(chat, episode, await sandbox.run_async(code, timeout=timeout))


async def _ask(chat: Chat, messages: list[dict], endpoint: Endpoint, client) -> tuple[str, str, int, int]:
    """The next turn: its text, "stop" or "length", and the tokens that were read and written for it.

    The client itself tries again, with backoff and jitter, after a timeout, a dropped connection, 5xx and 429 (then as
    Retry-After says). Here that is done for what comes as an answer and is none: ValueError where it stays so.
    """
    limit = "max_tokens" if endpoint.address else "max_completion_tokens"  # OpenAI's newer models refuse the older name
    for attempt in range(endpoint.retries + 1):
        if attempt:
            await asyncio.sleep(min(8.0, 0.25 * 2 ** attempt) * random.uniform(0.75, 1))  # as the client does
        try:
            reply = await client.chat.completions.create(
                model=endpoint.model, messages=messages, temperature=endpoint.temperature,
                **{limit: endpoint.turn_tokens})
            choice = reply.choices[0]
            # JSON may hold half a letter, which nothing can send back, and null for what is not shown.
            text = (choice.message.content or "").encode(errors="replace").decode()
            read = reply.usage.prompt_tokens if reply.usage else sum(
                len(chat.encode(message["content"])) for message in messages)
            written = reply.usage.completion_tokens if reply.usage else len(chat.encode(text))
            endpoint.purse.tokens_in += read
            endpoint.purse.tokens_out += written  # also where it is of no use
            if choice.message.content is None and choice.finish_reason != "length" and not choice.message.refusal:
                continue
        except (ValueError, AttributeError, TypeError, IndexError):  # no JSON, or JSON of another shape
            continue
        return *_as_turn(chat, text, choice.finish_reason), read, written
    raise ValueError("it answers with no JSON, or with no choice in it")


def _as_turn(chat: Chat, text: str, finish: str) -> tuple[str, str]:
    """A server's text and the reason that it gives for its end, as a turn ends here: with the fence that closes the
    first program, if code is run. No server can be told to stop there, and not at other fences."""
    for fence in re.finditer(FENCE, text) if chat.max_calls else ():
        if find_code(text[:fence.end()]) is not None:
            return text[:fence.end()], "stop"
    return text, "length" if finish == "length" else "stop"


def _reason(error: Exception) -> str:
    """What went wrong, in one line without the key, which servers like to repeat."""
    text, key = " ".join(str(error).split()), os.environ.get("OPENAI_API_KEY")
    return f"{type(error).__name__}: {text.replace(key, '***') if key else text}"[:300]


def _judge(error: Exception, reason: str, endpoint: Endpoint):
    """Raise _Unusable where the endpoint is at fault and not this conversation, so that all others would fail, too."""
    import openai
    if isinstance(error, openai.AuthenticationError):
        raise _Unusable("the endpoint refuses the key: set OPENAI_API_KEY to one that is valid there")
    if isinstance(error, openai.NotFoundError):
        raise _Unusable(f"no model {endpoint.model!r} at {endpoint.address or 'OpenAI'}, or its address does not end "
                        f"in /v1 ({reason})")
    # A single refusal is about what was asked, where other questions have been answered.
    endpoint.failures += not (isinstance(error, openai.BadRequestError) and endpoint.purse.tokens_out)
    if endpoint.failures >= IN_A_ROW:
        raise _Unusable(f"{endpoint.failures} conversations in a row could not be had, the last for {reason}; see to "
                        f"{endpoint.address or 'OpenAI'} and run the same command again")
