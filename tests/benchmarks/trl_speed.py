"""One step of stage 4 against one of TRL's GRPOTrainer on a CPU: seconds for sampling, code and training, and memory.

Run     python tests/benchmarks/trl_speed.py [NAME=value ...]     in an environment that has trl, too

Both sides run in a process of their own, in turns, with the same threads. Alike on both: the model as stage 4 opens it
(NF4, fp32 LoRA on seven projections, a frozen copy of the adapter as reference), prompts, group size, caps on a turn
and on an episode, temperature, KL, clipping, paged 8-bit AdamW, about MICRO_TOKENS padded tokens per forward pass, and
the sandbox. TRL plays its own loop of turns, with `tools=[python]`; its settings are chosen for speed where the result
is the same (no recomputed activations, turns capped by themselves).

A small model calls no tool by itself, and how long its turns are is chance. So in both, the two turns are given, a
program and an answer: each of their tokens costs a forward pass like any other, then the head's choice is overruled.
The program runs. Rewards are a coin's, so that every group has variance and neither side may skip one. The tokens
differ by one a row: TRL samples an end of turn behind the program's fence, where stage 4 writes it.
The first step, which warms up, is not counted.
"""
import importlib.util
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import tasks  # noqa: E402
from tasks import episode, sandbox  # noqa: E402
from tasks.engine.constants import override, stop  # noqa: E402

MODEL = ""              # a folder; empty: SmolLM2-135M-Instruct
FOUR_BIT = True
RANK = 16
STEPS = 3
ROUNDS = 1              # each side's processes, in turns
QUESTIONS = 4
GROUP = 8
TURN_TOKENS = 96
MAX_TOKENS = 480
MICRO_TOKENS = 1024
THREADS = 1
CPU_TIME = False        # True: seconds of the process' CPU time, steadier where other programs run, too (THREADS=1)
PROGRAM = "I compute it.\n```python\nprint(sum(n * n for n in range(100)))\n```\n"
ANSWER = "The program added up all squares below ten thousand, which is what was asked for. It is <<<328350>>>"


class Times:
    """Adds up the seconds of wrapped functions by name, and the tokens that were sampled, per step."""

    def __init__(self):
        self.steps = []
        self.now = time.process_time if CPU_TIME else time.perf_counter

    def begin(self):
        self.steps.append({"sampling": 0.0, "code": 0.0, "tokens": 0, "total": -self.now()})

    def end(self):
        self.steps[-1]["total"] += self.now()

    def of(self, name, function):
        def timed(*arguments, **named):
            start = self.now()
            result = function(*arguments, **named)
            self.steps[-1][name] += self.now() - start
            return result
        return timed


class Turns:
    """Makes the head choose the ids of given turns, one a call, which follow each other round and round."""

    def __init__(self, model, turns: list[list[int]]):
        self.turns, self.ids = itertools.cycle(turns), iter(())
        model.get_output_embeddings().register_forward_hook(self.overrule)

    def overrule(self, head, inputs, logits):  # (..., V)
        wanted = next(self.ids, None)
        if wanted is None:  # nothing is sampled: a pass that scores or learns
            return logits
        chosen = logits.new_full(logits.shape, float("-inf"))
        chosen[..., wanted] = 0.0
        return chosen

    def before(self, begin):
        def turn(*arguments, **named):
            self.ids = iter(next(self.turns))
            return begin(*arguments, **named)
        return turn


def questions() -> list[tasks.Question]:
    return [tasks.make("bbh/object_counting", seed, 0.0, "train") for seed in range(QUESTIONS)]


def setting():
    """Model path, conversation, and the ids of the two turns: in stage 4 its fence ends the first."""
    from tasks.engine.model import SMALL_MODEL, find_model, open_tokenizer
    from tasks.episode import Chat
    path = find_model(MODEL or SMALL_MODEL)
    chat = Chat(open_tokenizer(path), max_calls=1)
    return path, chat, [chat.encode(PROGRAM), chat.encode_turn(ANSWER)]


def ours(times: Times):
    """Stage 4's own step, from its script."""
    from conftest import script

    from tasks.engine.model import open_model
    from tasks.engine.sampler import open_sampler
    from tasks.engine.training import Trainer
    stage, (path, chat, turns) = script("04"), setting()
    for name in ("QUESTIONS", "GROUP", "TURN_TOKENS", "MAX_TOKENS", "MICRO_TOKENS", "RANK", "FOUR_BIT"):
        setattr(stage, name, globals()[name])
    stage.SAMPLER_BATCH = QUESTIONS * GROUP
    with tempfile.TemporaryDirectory() as folder:
        open_model(path, RANK, four_bit=FOUR_BIT, recompute=False).save_pretrained(folder)
        model = open_model(path, RANK, folder, reference=True, four_bit=FOUR_BIT, recompute=False)
    sampler = open_sampler("transformers", path, chat, temperature=1.0, rank=RANK, max_tokens=MAX_TOKENS,
                           batch=stage.SAMPLER_BATCH, four_bit=FOUR_BIT, gpu_share=0.0, model=model)
    sampler._join = Turns(model, turns).before(sampler._join)  # in lock step, all turns begin here together
    sampler.step, episode.wait = times.of("sampling", sampler.step), times.of("code", episode.wait)
    coin = itertools.cycle([True, False])
    tasks.verify = lambda question, answer: next(coin)
    trainer = Trainer(model)
    for step in range(STEPS):
        times.begin()
        _, records = stage.train_step(trainer, None, chat, sampler, questions(), step)
        times.end()
        assert all(sum("status" in turn for turn in record["turns"]) == 1 for record in records)
        times.steps[-1]["tokens"] = sum(sum(record["mask"]) for record in records)


def trl(times: Times):
    """The same by GRPOTrainer."""
    import datasets
    import torch
    import transformers
    from trl import GRPOConfig, GRPOTrainer
    from trl.trainer import grpo_trainer

    from tasks.engine.model import open_model
    from tasks.episode import RESULTS, find_code, render
    path, chat, (program, answer) = setting()
    # TRL asks for a template that renders calls, though what was sampled is never rendered, and for a way to read them.
    chat.tokenizer.chat_template = chat.tokenizer.chat_template.replace("message['content']", (
        "message['content'] + (message['tool_calls'] | tojson if message['tool_calls'] else '')"))
    chat.tokenizer.response_template = "the function `read`"

    def read(tokenizer, ids, **_):
        """Takes the place of TRL's own reader, which does not know code in fences."""
        text = tokenizer.decode(ids, skip_special_tokens=True)
        code = find_code(text)
        calls = [{"type": "function", "function": {"name": "python", "arguments": {"code": code}}}] if code else None
        return {"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {})

    def python(code: str) -> str:
        """Runs a program.

        Args:
            code: the program
        """
        return RESULTS + sandbox.run(code).stdout

    def reward(completions, **_):
        counted.extend(completions)
        return [float(row % 2) for row in range(len(completions))]

    class Steps(transformers.TrainerCallback):
        def on_step_begin(self, *_, **__):
            times.begin()

        def on_step_end(self, *_, **__):
            times.end()

    counted = []
    messages = [PROGRAM.rstrip(), RESULTS + "328350", ANSWER]
    longest = max(len(render(chat, [{"role": role, "content": text} for role, text in zip(
        ("user", "assistant") * 2, [chat.prompt(row.question), *messages])]).ids) for row in questions())
    rows = max(rows for rows in range(1, MICRO_TOKENS // longest + 1) if QUESTIONS * GROUP % rows == 0)
    model = open_model(path, RANK, four_bit=FOUR_BIT, recompute=False)
    grpo_trainer.parse_response = read
    with tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model, reward, processing_class=chat.tokenizer, tools=[python], callbacks=[Steps()],
            train_dataset=datasets.Dataset.from_list([
                {"prompt": [{"role": "user", "content": chat.prompt(row.question)}]} for row in questions()]),
            args=GRPOConfig(
                output_dir=folder, use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none",
                save_strategy="no", disable_tqdm=True, logging_strategy="no", max_steps=STEPS, learning_rate=1e-4,
                optim="paged_adamw_8bit", weight_decay=0.0, max_grad_norm=1.0, lr_scheduler_type="constant",
                per_device_train_batch_size=rows, gradient_accumulation_steps=QUESTIONS * GROUP // rows,
                num_generations=GROUP, max_completion_length=MAX_TOKENS, max_tool_calling_iterations=1,
                generation_kwargs={"max_new_tokens": TURN_TOKENS}, temperature=1.0, beta=0.001, epsilon=0.2,
                epsilon_high=0.28, loss_type="dapo", scale_rewards="group"))
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.to(torch.float32)  # TRL made it bf16
    turn = Turns(model, [program + [chat.end_of_turn], answer])
    trainer._generate_single_turn = times.of("sampling", turn.before(trainer._generate_single_turn))
    tool = times.of("code", python)
    sample = trainer._generate

    def generate(prompts):
        trainer._sync_tool_dicts = [{"python": tool} for _ in prompts]
        result = sample(prompts)
        assert all("tool_calls" in turns[0] and len(turns) == 3 for turns in result[3])
        times.steps[-1]["tokens"] += sum(map(sum, result[2]))
        return result

    trainer._generate = generate
    trainer.train()


def measure(side: str) -> dict:
    """Means per counted step of one side, run in a process of its own, and that process' largest memory in GB."""
    done = subprocess.run([sys.executable, __file__, side, *sys.argv[1:]], capture_output=True, text=True,
                          env=os.environ | {"OMP_NUM_THREADS": str(THREADS), "HF_HUB_OFFLINE": "1"}, cwd=ROOT)
    if done.returncode:
        stop(f"the side {side} failed:\n{done.stderr[-4000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    return {name: statistics.mean(step[name] for step in result["steps"][1:])
            for name in result["steps"][0]} | {"memory": result["memory"]}


def main():
    if sys.argv[1:2] in (["ours"], ["trl"]):
        override(globals(), sys.argv[2:])
        times = Times()
        globals()[sys.argv[1]](times)
        for step in times.steps:
            step["training"] = step["total"] - step["sampling"] - step["code"]
        print(json.dumps({"steps": times.steps,
                          "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20}))
        return
    override(globals(), sys.argv[1:])
    missing = [name for name in ("trl", "pytest") if importlib.util.find_spec(name) is None]
    if missing:
        stop(f"{' and '.join(missing)} missing; in an environment of its own: pip install trl "
             "-r requirements.txt -r tests/requirements.txt")
    print(f"{'':6}" + "".join(f"{name:>12}" for name in ("s/step", "sampling", "code", "training", "tokens", "ms/token",
                                                        "peak GB")))
    for _ in range(ROUNDS):
        results = {}
        for side in ("ours", "trl"):
            one = results[side] = measure(side)
            one["ms"] = 1000 * one["total"] / one["tokens"]
            print(f"{side:6}" + "".join(f"{one[name]:12.2f}" for name in (
                "total", "sampling", "code", "training", "tokens", "ms", "memory")), flush=True)
        print(f"{'ratio':6}" + "".join(f"{results['trl'][name] / results['ours'][name]:12.2f}" for name in (
            "total", "sampling", "code", "training", "tokens", "ms", "memory")))


if __name__ == "__main__":
    main()
