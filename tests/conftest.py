"""A tiny Qwen2 with random weights and a real byte-level BPE tokenizer, both made here: no test downloads anything."""
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"HF_HUB_OFFLINE": "1", "SMALL_RUN": "1"}  # no test downloads, and on a GPU, too, all are small

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


@pytest.fixture(scope="session", autouse=True)
def exact():
    """Within this process all computes in fp32, and a GPU by an attention that always adds up in one order.

    The scripts that tests start compute as they do for everybody.
    """
    import torch

    from tasks.engine import model, sampler, training
    model.compute_dtype = sampler.compute_dtype = training.compute_dtype = lambda *_: torch.float32
    if not shutil.which("nvidia-smi"):
        yield
        return
    from torch.nn.attention import SDPBackend, sdpa_kernel
    with sdpa_kernel(SDPBackend.MATH):
        yield


def computed_by(model) -> list[int]:
    """A list that grows by the tokens that the model's decoder computes, pass by pass, padding included."""
    from tasks.engine.scoring import decoder_and_head
    seen = []
    decoder_and_head(model)[0].register_forward_pre_hook(
        lambda decoder, _, options: seen.append(options["input_ids"].numel()), with_kwargs=True)
    return seen


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


def full_logprobs(model, ids, temperature=1.0):
    """log p of every token after the first, of one unpadded row (T,), from the whole table of logits."""
    ids = ids.to(model.device)
    logits = model(input_ids=ids[None]).logits[0, :-1].float() / temperature
    return logits.log_softmax(-1).gather(-1, ids[1:, None]).squeeze(-1)


def generate(sampler, prompts: list[list[int]], max_tokens: list[int], seed: int, keys=None) -> list:
    """One turn after each prompt, in the order of the prompts; the keys are their numbers if none are given."""
    keys = range(len(prompts)) if keys is None else keys
    for key, prompt, limit in zip(keys, prompts, max_tokens):
        sampler.add(key, prompt, limit, seed * 1000 + key)
    samples = {}
    while len(samples) < len(prompts):
        samples |= dict(sampler.step())
    return [samples[key] for key in keys]


# Code and English for the tokenizer: by name, or a new file under tasks/ would make another model of each tiny one.
CORPUS = "__init__", "answers", "endpoint", "episode", "families", "likeness", "reference"


def make_model(folder: str, vocabulary: int = 800, regex: bool = True, extra: tuple = (), **sizes) -> str:
    """A tiny model with its tokenizer in `folder`. Its padding token is its end-of-turn token, the trap of many models.

    regex: whether words, signs and spaces are kept apart when tokens are made
    extra: texts that the tokenizer shall know well
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=regex)
    bpe.decoder = decoders.ByteLevel()
    corpus = [(ROOT / f"tasks/{name}.py").read_text() for name in CORPUS]
    bpe.train_from_iterator([*corpus, *extra], trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|im_end|>",
                                        additional_special_tokens=["<|im_start|>"], chat_template=CHATML)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    Qwen2ForCausalLM(Qwen2Config(**{
        "vocab_size": len(tokenizer), "hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 2048,
        "tie_word_embeddings": True, "eos_token_id": 2, "pad_token_id": 2,
        "initializer_range": 0.1} | sizes)).save_pretrained(folder)  # wide enough that tokens differ in probability
    return folder


def teach(folder: str, question: str, conversations: list[list[str]], steps: int = 30, **limits) -> str:
    """Train the model in `folder` until it answers the question by one of these lists of turns, at random.

    Every turn but the last of a list holds a program; its output, under the sandbox's limits, is read in training as
    it will be in sampling.
    """
    from tasks import sandbox
    from tasks.engine.model import open_tokenizer
    from tasks.episode import Chat, find_code
    chat, episodes = Chat(open_tokenizer(folder)), []
    for turns in conversations:
        episode = chat.begin(chat.prompt(question))
        for calls, text in enumerate(turns, 1):
            episode.append(chat.encode(text) + [chat.end_of_turn], 1)
            if calls < len(turns):
                chat.observe(episode, chat.results(sandbox.run(find_code(text), **limits), calls))
        episodes.append(episode)
    return learn(folder, episodes, steps)


def learn(folder: str, episodes: list, steps: int) -> str:
    """Train the model in `folder` on what the masks of these episodes say."""
    import torch
    from transformers import AutoModelForCausalLM

    from tasks.engine.scoring import pad
    ids, attention_mask, loss_mask = pad([e.ids for e in episodes], [e.mask for e in episodes])  # (B, T) each
    model = AutoModelForCausalLM.from_pretrained(folder).to(ids.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    labels = ids.masked_fill(loss_mask == 0, -100)
    for _ in range(steps):
        model(input_ids=ids, attention_mask=attention_mask, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> str:
    """Folder of the tiny model."""
    return make_model(str(tmp_path_factory.mktemp("tiny")))


SUM = "What is 2 + 2?"
PROGRAM = "I compute.\n```python\nprint({})\n```\n\n"


@pytest.fixture(scope="session")
def coder(tmp_path_factory) -> str:
    """Folder of a tiny model that has learnt to answer SUM with no program, one, or two, each about as often.

    Its tokenizer joins the fence that closes a program with what follows.
    """
    folder = make_model(str(tmp_path_factory.mktemp("coder")), regex=False, extra=("```\n\n",) * 5000)
    return teach(folder, SUM, [["<<<4>>>"], [PROGRAM.format("2 + 2"), "<<<4>>>"],
                               [PROGRAM.format("1 + 1"), PROGRAM.format("4 + x"), "Then\n<<<4>>>"]])


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
            weight += 0.02 * torch.randn(weight.shape).to(weight)  # the same on every device
    return model


TWO_CALLS = [
    {"role": "user", "content": "What is 2 + 2?"},
    {"role": "assistant", "content": "I compute.\n```python\nprint(2 + 2\n```"},
    {"role": "user", "content": "Code Execution Results:\nSyntaxError: '(' was never closed"},
    {"role": "assistant", "content": "```python\nprint(2 + 2)\n```"},
    {"role": "user", "content": "Code Execution Results:\n4"},
    {"role": "assistant", "content": "<<<4>>>"},
]
