"""A tiny Qwen2 with random weights and a real byte-level BPE tokenizer, both made here: no test downloads anything."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ["HF_HUB_OFFLINE"] = "1"

import tasks  # noqa: E402  needs the path above
from tasks.reasoning_gym.library import Gym  # noqa: E402

LIBRARY = [name for name in tasks.names() if isinstance(tasks.REGISTRY[name], Gym)]  # drawn by reasoning-gym

exhaustive = False  # whether --exhaustive is given


def pytest_addoption(parser):
    parser.addoption("--exhaustive", action="store_true", help="all tests at their full size, as .ci/run has them")


def pytest_configure(config):
    global exhaustive
    exhaustive = config.option.exhaustive


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("exhaustive") and not exhaustive:
            item.add_marker(pytest.mark.skip(reason="a long one: run with --exhaustive"))


def size(few, many):
    """How much a test does: `few` to try a change, `many` with --exhaustive. Counts or cases, in decorators, too."""
    return many if exhaustive else few


CHATML = ("{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
          "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def script(name: str):
    """A numbered script as a module: its name starts with a digit, so `import` cannot say it."""
    spec = importlib.util.spec_from_file_location(f"stage_{name}", next(ROOT.glob(f"{name}*.py")))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_script(name: str, *arguments: str, cwd: Path, root: Path = ROOT, check: bool = True,
               **options) -> subprocess.CompletedProcess:
    """Run a numbered script of the project in `root` as a user would, in folder `cwd`."""
    command = [sys.executable, str(next(root.glob(f"{name}*.py"))), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, **options)
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> str:
    """Folder of the tiny model. Its padding token is its end-of-turn token, the trap that many models set."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
    folder = str(tmp_path_factory.mktemp("tiny"))
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    corpus = [path.read_text() for path in sorted((ROOT / "tasks").glob("*.py"))]  # code and English
    bpe.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=800, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|im_end|>",
                                        additional_special_tokens=["<|im_start|>"], chat_template=CHATML)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    Qwen2ForCausalLM(Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=128, intermediate_size=256, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=2048, tie_word_embeddings=True, eos_token_id=2, pad_token_id=2,
        initializer_range=0.1)).save_pretrained(folder)  # wide enough that tokens differ in probability
    return folder


@pytest.fixture(scope="session")
def chat(tiny):
    from tasks.engine.model import open_tokenizer
    from tasks.episode import Chat
    return Chat(open_tokenizer(tiny))


@pytest.fixture
def model(tiny):
    """The tiny model as every stage opens it: NF4 base, fp32 LoRA. Its adapter is nudged away from zero."""
    import torch

    from tasks.engine.model import open_model, trained_parameters
    torch.manual_seed(1)
    model = open_model(tiny, rank=8)
    with torch.no_grad():
        for weight in trained_parameters(model).values():
            weight += 0.02 * torch.randn_like(weight)
    return model


TWO_CALLS = [
    {"role": "user", "content": "What is 2 + 2?"},
    {"role": "assistant", "content": "I compute.\n```python\nprint(2 + 2\n```"},
    {"role": "user", "content": "Code Execution Results:\nSyntaxError: '(' was never closed"},
    {"role": "assistant", "content": "```python\nprint(2 + 2)\n```"},
    {"role": "user", "content": "Code Execution Results:\n4"},
    {"role": "assistant", "content": "<<<4>>>"},
]
