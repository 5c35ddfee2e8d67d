"""Two samplers behind one interface: vLLM where it is installed and a GPU is there, transformers elsewhere.

    batch                               most turns at a time
    add(key, prompt, max_tokens, seed)  begin a turn of the conversation `key`: ids in
    step() -> [(key, Sample)]           sample on, about a token of every turn; the turns that this ended: ids out
    drop(key)                           this conversation has ended, too: keep nothing of it
    update(model)                       sample from now on with the adapter "default" as it is now
    use(folder)                         ... with the adapter saved there, or without one (None)

Sampling is from the full softmax at TEMPERATURE, the very distribution that the trainer scores: no top-k, no top-p.
"""
import contextlib
import importlib.util
import math
import os
import random
import shutil
import tempfile
from typing import NamedTuple

import torch
from tokenizers.decoders import DecodeStream

from tasks.engine.constants import stop
from tasks.engine.model import compute_dtype, device, full_weights, load_adapter, open_model
from tasks.engine.scoring import decoder_and_head, micro_batches
from tasks.episode import FENCE, Chat

READ = 2048  # tokens that are read at once, padding included: enough to keep any device busy
SHARE = 8    # turns join a batch once they are an eighth of it: each time, all its keys and values are copied


class Sample(NamedTuple):
    """Sampled ids (the end-of-turn token included), their log-probabilities, and "stop" or "length"."""
    ids: list[int]
    logprobs: list[float]
    finish: str


def choose_sampler(wanted: str) -> str:
    """"vllm" or "transformers" for the constant SAMPLER ("auto" decides); prints which and why."""
    has_vllm, has_gpu = importlib.util.find_spec("vllm") is not None, torch.cuda.is_available()
    if wanted not in ("auto", "vllm", "transformers"):
        stop(f"SAMPLER is auto, vllm or transformers, not {wanted!r}")
    if wanted == "vllm" and not has_vllm:
        stop("SAMPLER=vllm, but vllm is not installed; see the table of versions in README.md")
    if wanted == "auto":
        wanted = "vllm" if has_vllm and has_gpu else "transformers"
        reason = "vllm and a GPU are here" if wanted == "vllm" else (
            "vllm is not installed" if has_gpu else "no GPU is here")
    else:
        reason = "SAMPLER asks for it"
    print(f"sampler: {wanted} ({reason})", flush=True)
    return wanted


class _Turn:
    """An assistant turn in the making, with random numbers of its own: they do not depend on what else is sampled."""

    def __init__(self, key: int, prompt: list[int], max_tokens: int, seed: int):
        self.key, self.prompt, self.max_tokens, self.random = key, prompt, max_tokens, random.Random(seed)
        self.ids, self.logprobs, self.finish = [], [], ""
        self.stream, self.text = DecodeStream(skip_special_tokens=True), ""

    def append(self, token: int, logprob: float, chat: Chat):
        """Add a token and see whether the turn has ended.

        By the rules of vLLM, on its own detokeniser: a fence ends the turn wherever it stands in the text, also inside
        a token, whose id is kept whole; and it counts before the limit.
        """
        self.ids.append(token)
        self.logprobs.append(logprob)
        self.text += self.stream.step(chat.tokenizer.backend_tokenizer, token) or ""
        if token == chat.end_of_turn or FENCE in self.text:
            self.finish = "stop"
        elif len(self.ids) >= self.max_tokens:
            self.finish = "length"


class TransformersSampler:
    """Samples with the very model that is trained, one token of every row of a batch at a time.

    Turns join the batch soon after they come and leave it when they end, so nobody waits for the longest. A prompt that
    comes eight times at once is read once, and the keys and values of a turn are kept for the next one of the same
    conversation, which then reads only what is new. What is drawn depends on the seed of the turn alone, but for
    rounding: the same row in another batch comes out different in the last bits, which now and then tips a draw.

    dtype: of the products on a CPU (`full_weights`), if not the model's
    """

    def __init__(self, model, chat: Chat, temperature: float, batch: int, dtype: torch.dtype | None = None):
        self.model, self.chat, self.temperature, self.batch, self.dtype = model, chat, temperature, batch, dtype
        self.first, self.further = [], []     # turns to join: of new conversations; of others, with new ids and cache
        self.rows = []                        # the turns in the batch, ended ones among them
        self.cache, self.states = None, None  # of the batch: keys and values, and the last hidden states (B, D)
        self.stored = {}                      # key of a turn that ended -> (ids that were read, BatchCache of one row)
        self.full = contextlib.ExitStack()    # holds the weights in full while there is a batch

    def update(self, model):
        self.model, self.stored = model, {}

    def use(self, folder: str | None):
        self.stored = {}
        if folder is None:
            self.model.disable_adapter_layers()
        else:
            self.model.enable_adapter_layers()
            self.model.set_adapter("default")
            if "used" in self.model.peft_config:  # one at a time: many runs may be compared, of several ranks
                self.model.delete_adapter("used")
            # Trainable, or peft would end the training mode in which `open_model` leaves the model.
            load_adapter(self.model, folder, "used")
            self.model.set_adapter("used")

    def add(self, key: int, prompt: list[int], max_tokens: int, seed: int):
        turn, (ids, cache) = _Turn(key, prompt, max_tokens, seed), self.stored.pop(key, ([], None))
        if cache and ids == prompt[:len(ids)] != prompt:
            self.further.append((turn, prompt[len(ids):], cache))
        else:
            self.first.append(turn)

    def drop(self, key: int):
        self.stored.pop(key, None)

    @torch.no_grad()
    def step(self) -> list[tuple[int, Sample]]:
        if not self.rows:
            self.full.enter_context(full_weights(self.model, self.dtype))
        if SHARE * len(self.first + self.further) >= max(1, sum(not turn.finish for turn in self.rows)):
            self._join()
        _, head = decoder_and_head(self.model)
        tokens, scores = self._draw(head(self.states))  # (B,), (B,)
        ended = []
        for place, (turn, token, score) in enumerate(zip(self.rows, tokens.tolist(), scores.tolist())):
            if not turn.finish:
                if math.isnan(score):
                    stop("the model's logits are no numbers: its weights are damaged, or too large for 16 bits on this "
                         "GPU; choose another MODEL, or a GPU with bf16")
                turn.append(token, score, self.chat)
                if turn.finish:
                    self.stored[turn.key] = turn.prompt + turn.ids[:-1], self.cache.pick([place])
                    ended.append((turn.key, Sample(turn.ids, turn.logprobs, turn.finish)))
        if 2 * sum(not turn.finish for turn in self.rows) <= len(self.rows):
            self._leave()
        if self.rows:
            self.states = self.cache.read(self.model, [[] if turn.finish else turn.ids[-1:] for turn in self.rows])
        else:
            self.full.close()
        return ended

    def _draw(self, logits):
        """Sampled tokens (B,) and their log-probabilities (B,) from logits (B, V)."""
        if self.temperature == 0:
            scores = logits.float().log_softmax(-1)
            tokens = scores.argmax(-1)
        else:
            scores = (logits.float() / self.temperature).log_softmax(-1)
            # The inverse of the distribution function at a uniform number; in double, lest rare tokens get lost.
            cumulative = scores.double().exp().cumsum(-1)  # (B, V)
            uniform = torch.tensor([[turn.random.random()] for turn in self.rows], dtype=torch.double)  # (B, 1)
            tokens = torch.searchsorted(cumulative, uniform.to(cumulative) * cumulative[:, -1:]).squeeze(-1)
            tokens = tokens.clamp(max=scores.shape[-1] - 1)  # one beyond where a row is no number, which `step` tells
        return tokens, scores.gather(-1, tokens[:, None]).squeeze(-1)

    def _join(self):
        """Read what is new in the turns that wait, and let them join those in the batch that have not ended."""
        from tasks.engine.cache import BatchCache  # here, since transformers takes a second that --help need not wait
        self._leave()
        parts = [(self.rows, self.cache, self.states)] if self.rows else []
        if self.first:
            distinct = list(dict.fromkeys(tuple(turn.prompt) for turn in self.first))
            empty = BatchCache(torch.zeros(1, 0, dtype=torch.long, device=device()))
            order, cache, states = self._read(distinct, [empty] * len(distinct))
            places = [order.index(distinct.index(tuple(turn.prompt))) for turn in self.first]
            parts.append((self.first, cache.pick(places), states[places]))
        if self.further:
            turns, new, caches = zip(*self.further)
            order, cache, states = self._read(new, caches)
            parts.append(([turns[row] for row in order], cache, states))
        rows, caches, states = zip(*parts)
        self.rows = [turn for turns in rows for turn in turns]
        self.cache, self.states = BatchCache.join(caches), torch.cat(states)
        self.first, self.further = [], []

    def _read(self, new, caches):
        """Read what is new behind each of these caches of one row, rows of similar length together, so that little is
        padding: the numbers of the rows in their new order, and in that their cache and last states (B, D)."""
        from tasks.engine.cache import BatchCache
        batches = micro_batches([len(ids) for ids in new], READ)
        parts = [BatchCache.join([caches[row] for row in batch]) for batch in batches]
        states = [cache.read(self.model, [new[row] for row in batch]) for cache, batch in zip(parts, batches)]
        cache = BatchCache.join(parts) if len(parts) > 1 else parts[0]  # copied no oftener than it must be
        return sum(batches, []), cache, torch.cat(states)

    def _leave(self):
        """Go on without the turns that have ended."""
        going = [place for place, turn in enumerate(self.rows) if not turn.finish]
        if len(going) < len(self.rows):
            self.rows = [self.rows[place] for place in going]
            self.cache, self.states = (self.cache.pick(going), self.states[going]) if going else (None, None)


class VLLMSampler:
    """Samples with vLLM on its own NF4 copy of the base; adapters go to it as saved folders, each under a new id,
    because vLLM serves the old weights when an id comes twice."""

    batch = 1_000_000  # vLLM queues by itself

    def __init__(self, path: str, chat: Chat, temperature: float, rank: int, max_tokens: int, four_bit: bool,
                 gpu_share: float):
        from vllm import LLM
        engine = dict(model=path, enable_lora=True, max_loras=1, max_cpu_loras=2, max_lora_rank=rank,
                      max_model_len=max_tokens, enforce_eager=True, enable_prefix_caching=True,
                      # The log-probabilities of what is sampled from, temperature included, as the trainer scores.
                      logprobs_mode="processed_logprobs")
        if four_bit:
            engine["quantization"] = "bitsandbytes"
        if torch.cuda.is_available():
            engine |= dict(gpu_memory_utilization=gpu_share,
                           dtype="bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16")
        else:
            engine["dtype"] = "bfloat16" if four_bit else "float32"  # of four bits it can make 16, not 32
        self.engine, self.chat, self.temperature = LLM(**engine).llm_engine, chat, temperature
        # In memory where there is enough: a 3B adapter is 240 MB, a 14B one 550, three are kept, and each step has one.
        has_memory = os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 2e9
        self.folder = tempfile.TemporaryDirectory(prefix="adapters-", dir="/dev/shm" if has_memory else None)
        self.updates, self.adapter, self.turns = 0, None, 0

    def update(self, model):
        folder = f"{self.folder.name}/{self.updates + 1}"
        model.save_pretrained(folder, selected_adapters=["default"])
        self.use(folder)
        shutil.rmtree(f"{self.folder.name}/{self.updates - 2}", ignore_errors=True)

    def use(self, folder: str | None):
        from vllm.lora.request import LoRARequest
        self.updates += 1
        self.adapter = folder and LoRARequest(f"policy-{self.updates}", self.updates, folder)

    def add(self, key: int, prompt: list[int], max_tokens: int, seed: int):
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind
        # Turns end at the fence and the end-of-turn token, not at whatever else generation_config.json may name.
        wishes = SamplingParams(temperature=self.temperature, max_tokens=max_tokens, seed=seed, logprobs=0,
                                stop=[FENCE], include_stop_str_in_output=True, ignore_eos=True,
                                stop_token_ids=[self.chat.end_of_turn], output_kind=RequestOutputKind.FINAL_ONLY)
        # A name of its own for each turn: vLLM computes ahead, and a token for the last turn would count for the next.
        self.turns += 1
        self.engine.add_request(f"{key}/{self.turns}", {"prompt_token_ids": prompt}, wishes, lora_request=self.adapter)

    def drop(self, key: int):
        """Nothing to do: vLLM makes room in its cache by itself."""

    def step(self) -> list[tuple[int, Sample]]:
        return [(int(output.request_id.partition("/")[0]), self._sample(output.outputs[0]))
                for output in self.engine.step()]

    @staticmethod
    def _sample(output) -> Sample:
        ids = list(output.token_ids)
        logprobs = [step[token].logprob for step, token in zip(output.logprobs, ids, strict=True)]
        return Sample(ids, logprobs, output.finish_reason)


def open_sampler(wanted: str, path: str, chat: Chat, *, temperature: float, rank: int, max_tokens: int, batch: int,
                 four_bit: bool, gpu_share: float, cpu_bf16: bool = False, model=None):
    """The sampler that the constant SAMPLER asks for; `model` is the one in training, if there is one.

    temperature: of the softmax that is sampled from; rank: of the largest adapter; max_tokens: longest episode;
    batch: most turns at a time, for transformers; gpu_share: of the GPU's memory, for vLLM; cpu_bf16: whether
    transformers multiplies in bf16 on a CPU that has it. No trainer should score that: it differs by 0.02 a token.
    """
    if choose_sampler(wanted) == "vllm":
        return VLLMSampler(path, chat, temperature, rank, max_tokens, four_bit, gpu_share)
    model = model or open_model(path, rank, four_bit=four_bit, recompute=False)
    return TransformersSampler(model, chat, temperature, batch, compute_dtype(True) if cpu_bf16 else None)
