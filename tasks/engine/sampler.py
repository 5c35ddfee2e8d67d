"""Two samplers behind one interface: vLLM where it is installed and a GPU is there, transformers elsewhere.

    batch                                             most prompts a call should bring
    generate(prompts, max_tokens, seed) -> [Sample]   ids in, ids out; one token limit per prompt
    update(model)                                     sample from now on with the adapter "default" as it is now
    use(folder)                                       ... with the adapter saved there, or without one (None)

Sampling is from the full softmax at TEMPERATURE, the very distribution that the trainer scores: no top-k, no top-p.
"""
import importlib.util
import os
import shutil
import tempfile
from typing import NamedTuple

import torch

from tasks.engine.constants import stop
from tasks.engine.model import autocast, decoder_and_head, open_model
from tasks.episode import FENCE, Chat


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


class TransformersSampler:
    """Samples with the very model that is trained.

    Two economies make it bearable: a prompt that stands in the batch eight times is read once, and keys and values
    are kept, so that a turn which continues an earlier one reads only what is new. Rows that are finished leave the
    batch, so that one long answer does not keep all others waiting.
    """

    def __init__(self, model, chat: Chat, temperature: float, batch: int):
        self.model, self.chat, self.temperature, self.batch = model, chat, temperature, batch
        self.stored = {}  # ids of a finished row -> its keys and values, one pair (heads, length, size) per layer

    def update(self, model):
        self.model, self.stored = model, {}

    def use(self, folder: str | None):
        self.stored = {}
        if folder is None:
            self.model.disable_adapter_layers()
        else:
            self.model.enable_adapter_layers()
            name = os.path.abspath(folder).replace(".", "_").replace("/", "_")
            self.model.load_adapter(folder, adapter_name=name)
            self.model.set_adapter(name)

    @torch.no_grad()
    def generate(self, prompts: list[list[int]], max_tokens: list[int], seed: int) -> list[Sample]:
        _, head = decoder_and_head(self.model)
        generator = torch.Generator(head.weight.device).manual_seed(seed)
        states = self._read(prompts)  # (B, D): the last hidden state of each prompt
        samples = [Sample([], [], "") for _ in prompts]
        rows = list(range(len(prompts)))  # the sample that each row of the batch belongs to
        while True:
            tokens, scores = self._draw(head(states), generator)  # (B,), (B,)
            for row, token, score in zip(rows, tokens.tolist(), scores.tolist()):
                if not samples[row].finish:
                    samples[row].ids.append(token)
                    samples[row].logprobs.append(score)
                    samples[row] = samples[row]._replace(finish=self._finish(samples[row].ids, max_tokens[row]))
            going = [place for place, row in enumerate(rows) if not samples[row].finish]
            if len(going) <= len(rows) // 2:
                self._leave([place for place, row in enumerate(rows) if samples[row].finish], going)
                rows = [rows[place] for place in going]
            if not rows:
                return samples
            states = self._forward([[] if samples[row].finish else [samples[row].ids[-1]] for row in rows])

    def _draw(self, logits, generator):
        """Sampled tokens (B,) and their log-probabilities (B,) from logits (B, V)."""
        if self.temperature == 0:
            scores = logits.float().log_softmax(-1)
            tokens = scores.argmax(-1)
        else:
            scores = (logits.float() / self.temperature).log_softmax(-1)
            # The inverse of the distribution function at a uniform number; in double, lest rare tokens get lost.
            cumulative = scores.double().exp().cumsum(-1)  # (B, V)
            uniform = torch.rand(len(scores), 1, generator=generator, device=scores.device, dtype=torch.double)
            tokens = torch.searchsorted(cumulative, uniform * cumulative[:, -1:]).squeeze(-1)
        return tokens, scores.gather(-1, tokens[:, None]).squeeze(-1)

    def _finish(self, ids: list[int], limit: int) -> str:
        # A fence is four characters, so it ends inside the last five tokens.
        if ids[-1] == self.chat.end_of_turn or self.chat.decode(ids[-5:]).endswith(FENCE):
            return "stop"
        return "length" if len(ids) >= limit else ""

    def _read(self, prompts: list[list[int]]):
        """Feed the prompts, or only what they add to stored rows if every one continues such a row."""
        from transformers import DynamicCache
        self.cache = DynamicCache()
        stored = [next((ids for ids in self.stored if len(prompt) > len(ids) and prompt[:len(ids)] == list(ids)), None)
                  for prompt in prompts]
        if None not in stored:
            self._unpack(stored)
            return self._forward([prompt[len(ids):] for prompt, ids in zip(prompts, stored)])
        distinct = list(dict.fromkeys(map(tuple, prompts)))
        self.stored, self.ids = {}, [[] for _ in distinct]
        self.attention = torch.zeros(len(distinct), 0, dtype=torch.long, device=self._device())  # (B, 0)
        places = [distinct.index(tuple(prompt)) for prompt in prompts]
        states = self._forward([list(prompt) for prompt in distinct])[places]
        self._select(places)
        return states

    def _unpack(self, stored: list[tuple]):
        """Make a cache of stored rows, padded on the right to one width."""
        self.ids = [list(ids) for ids in stored]
        lengths = torch.tensor([len(ids) for ids in stored])
        self.attention = (torch.arange(lengths.max()) < lengths[:, None]).long().to(self._device())  # (B, W)
        for layer in range(len(self.stored[stored[0]])):
            keys, values = (torch.nn.utils.rnn.pad_sequence(
                [self.stored[ids][layer][kind].transpose(0, 1) for ids in stored], batch_first=True).transpose(1, 2)
                for kind in (0, 1))  # (B, heads, W, size) each
            self.cache.update(keys, values, layer)

    def _leave(self, finished: list[int], going: list[int]):
        """Store finished rows, without the holes that padding left in them, and go on with the others alone."""
        for place in finished:
            real = self.attention[place].bool()  # (W,)
            self.stored[tuple(self.ids[place])] = [(layer.keys[place][:, real], layer.values[place][:, real])
                                                   for layer in self.cache.layers]
        if going:
            self._select(going)

    def _select(self, places: list[int]):
        """Make row i of the batch a copy of its row places[i]."""
        self.cache.batch_select_indices(torch.tensor(places, device=self._device()))
        self.attention = self.attention[places]  # (B, W)
        self.ids = [list(self.ids[place]) for place in places]

    def _forward(self, new: list[list[int]]):
        """Append new ids to the rows, some of them none; (B, D) hidden states of each row's last new id.

        Rows of unequal length leave holes in the cache. The attention mask hides them, and positions count only what
        is real, so a hole changes nothing.
        """
        width = max(map(len, new))
        tokens = torch.zeros(len(new), width, dtype=torch.long)      # (B, S)
        real = torch.zeros(len(new), width, dtype=torch.long)        # (B, S)
        for row, ids in enumerate(new):
            tokens[row, :len(ids)] = torch.tensor(ids, dtype=torch.long)
            real[row, :len(ids)] = 1
        lengths = torch.tensor([len(ids) for ids in self.ids])
        positions = (lengths[:, None] + real.cumsum(-1) - 1).clamp(min=0)  # (B, S)
        device = self._device()
        self.attention = torch.cat([self.attention, real.to(device)], dim=1)  # (B, W + S)
        decoder, _ = decoder_and_head(self.model)
        # In training mode, recomputing activations would switch the cache off; there is no gradient here.
        with _without_recomputation(self.model), autocast():
            hidden = decoder(input_ids=tokens.to(device), attention_mask=self.attention,
                             position_ids=positions.to(device), past_key_values=self.cache,
                             use_cache=True).last_hidden_state  # (B, S, D)
        self.ids = [old + ids for old, ids in zip(self.ids, new)]
        return hidden[torch.arange(len(new)), (real.sum(-1) - 1).clamp(min=0)]  # (B, D)

    def _device(self):
        return next(self.model.parameters()).device


class _without_recomputation:
    def __init__(self, model):
        self.layers = [module for module in model.modules() if getattr(module, "gradient_checkpointing", False)]

    def __enter__(self):
        for layer in self.layers:
            layer.gradient_checkpointing = False

    def __exit__(self, *_):
        for layer in self.layers:
            layer.gradient_checkpointing = True


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
            engine["dtype"] = "bfloat16"  # of four bits it can make 16, not 32
        self.engine, self.chat, self.temperature = LLM(**engine), chat, temperature
        # In memory where the system offers it: a 3B adapter is 240 MB and changes every step.
        self.folder = tempfile.mkdtemp(prefix="adapters-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.updates, self.adapter = 0, None

    def update(self, model):
        folder = f"{self.folder}/{self.updates + 1}"
        model.save_pretrained(folder, selected_adapters=["default"])
        self.use(folder)
        shutil.rmtree(f"{self.folder}/{self.updates - 2}", ignore_errors=True)

    def use(self, folder: str | None):
        from vllm.lora.request import LoRARequest
        self.updates += 1
        self.adapter = folder and LoRARequest(f"policy-{self.updates}", self.updates, folder)

    def generate(self, prompts: list[list[int]], max_tokens: list[int], seed: int) -> list[Sample]:
        from vllm import SamplingParams
        options = dict(temperature=self.temperature, logprobs=0, stop=[FENCE], include_stop_str_in_output=True,
                       stop_token_ids=[self.chat.end_of_turn])
        # One seed per prompt: with one for all, the rollouts of a group would be equal.
        wishes = [SamplingParams(max_tokens=limit, seed=seed * 1_000_003 + row, **options)
                  for row, limit in enumerate(max_tokens)]
        outputs = self.engine.generate([{"prompt_token_ids": ids} for ids in prompts], wishes,
                                       lora_request=self.adapter, use_tqdm=False)
        return [self._sample(output.outputs[0]) for output in outputs]

    @staticmethod
    def _sample(output) -> Sample:
        ids = list(output.token_ids)
        logprobs = [step[token].logprob for step, token in zip(output.logprobs, ids, strict=True)]
        return Sample(ids, logprobs, output.finish_reason)


def open_sampler(wanted: str, path: str, chat: Chat, *, temperature: float, rank: int, max_tokens: int, batch: int,
                 four_bit: bool, gpu_share: float, model=None):
    """The sampler that the constant SAMPLER asks for; `model` is the one in training, if there is one.

    temperature: of the softmax that is sampled from; rank: of the largest adapter; max_tokens: longest episode;
    batch: prompts per call of transformers; gpu_share: of the GPU's memory, for vLLM.
    """
    if choose_sampler(wanted) == "vllm":
        return VLLMSampler(path, chat, temperature, rank, max_tokens, four_bit, gpu_share)
    model = model or open_model(path, rank, four_bit=four_bit, recompute=False)
    return TransformersSampler(model, chat, temperature, batch)
