"""Stage 3's steps against those of TRL's SFTTrainer on a CPU: tokens a second, peak memory, and losses.

Run     python tests/benchmarks/trl_sft.py [NAME=value ...]     in an environment that has trl, too, after stages 1, 2

Both sides run in a process of their own, in turns, with the same threads. Alike on both: the model in fp32
(NF4, LoRA on seven projections), the same ids in the same batches, loss on the assistant's tokens only, paged
8-bit AdamW, clipping, the learning rate, and no recomputed activations. Ours sorts a step's rows by length and cuts
them into passes of MICRO_TOKENS; TRL takes MICRO_ROWS rows at a time. The losses must agree but for rounding.
The first step, which warms up, is not counted.
"""
import importlib.util
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
from tasks.engine.constants import override, stop  # noqa: E402

MODEL = ""              # a folder; empty: SmolLM2-135M-Instruct
DATA = "data/sft.jsonl"
RANK = 16
FOUR_BIT = True
STEPS = 5
BATCH = 8
MICRO_TOKENS = 1024
MICRO_ROWS = 8
LEARNING_RATE = 1e-3
THREADS = 1
ROUNDS = 1
CPU_TIME = False        # True: seconds of the process' CPU time, steadier where other programs run, too (THREADS=1)


def open_side():
    """Stage 3 with our constants, its model, tokenizer, and the rows of every step."""
    import torch
    from conftest import script

    from tasks.engine.model import SMALL_MODEL, find_model, open_model, open_tokenizer
    from tasks.episode import Chat
    stage, path = script("03"), find_model(MODEL or SMALL_MODEL)
    for name in ("DATA", "BATCH", "MICRO_TOKENS", "LEARNING_RATE"):
        setattr(stage, name, globals()[name])
    chat = Chat(open_tokenizer(path))
    episodes, _ = stage.load_data(chat)
    torch.manual_seed(0)
    model = open_model(path, RANK, four_bit=FOUR_BIT, recompute=False)
    return stage, model, chat, [[episodes[row] for row in stage.rows_of_step(len(episodes), step)]
                                for step in range(STEPS)]


def ours(now) -> list[dict]:
    from tasks.engine.training import Trainer
    stage, model, _, batches = open_side()
    trainer, steps = Trainer(model), []
    for batch in batches:
        start = now()
        metrics = stage.train_step(trainer, batch, LEARNING_RATE)
        steps.append({"seconds": now() - start, "loss": metrics["loss"], "tokens": sum(len(row.ids) for row in batch)})
    return steps


def trl(now) -> list[dict]:
    import datasets
    import torch
    import transformers
    from trl import SFTConfig, SFTTrainer
    _, model, chat, batches = open_side()

    class Steps(transformers.TrainerCallback):
        def on_step_begin(self, *_, **__):
            steps.append({"seconds": -now(), "tokens": sum(len(row.ids) for row in batches[len(steps)])})

        def on_step_end(self, *_, **__):
            steps[-1]["seconds"] += now()

        def on_log(self, arguments, state, control, logs, **_):
            if "loss" in logs:
                steps[-1]["loss"] = logs["loss"]

    steps = []
    with tempfile.TemporaryDirectory() as folder:
        trainer = SFTTrainer(
            model, processing_class=chat.tokenizer, callbacks=[Steps()],
            train_dataset=datasets.Dataset.from_list([
                {"input_ids": row.ids,
                 "labels": [token if trained else -100 for token, trained in zip(row.ids, row.mask)]}
                for batch in batches for row in batch]),
            args=SFTConfig(
                output_dir=folder, use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none",
                save_strategy="no", disable_tqdm=True, logging_steps=1, max_steps=STEPS, learning_rate=LEARNING_RATE,
                optim="paged_adamw_8bit", weight_decay=0.0, adam_beta2=0.99, max_grad_norm=1.0,
                lr_scheduler_type="constant", per_device_train_batch_size=MICRO_ROWS,
                gradient_accumulation_steps=BATCH // MICRO_ROWS, train_sampling_strategy="sequential", max_length=None))
        for weight in model.parameters():
            if weight.requires_grad:
                weight.data = weight.data.to(torch.float32)  # TRL made it bf16
        trainer.train()
    return steps


def measure(side: str) -> dict:
    """Tokens a second of the counted steps of one side, in a process of its own, its largest memory, and its losses."""
    done = subprocess.run([sys.executable, __file__, side, *sys.argv[1:]], capture_output=True, text=True,
                          env=os.environ | {"OMP_NUM_THREADS": str(THREADS), "HF_HUB_OFFLINE": "1"})
    if done.returncode:
        stop(f"the side {side} failed:\n{done.stderr[-4000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    counted = result["steps"][1:]
    return {"speed": statistics.median(step["tokens"] / step["seconds"] for step in counted),
            "memory": result["memory"], "losses": [step["loss"] for step in result["steps"]]}


def main():
    if sys.argv[1:2] in (["ours"], ["trl"]):
        override(globals(), sys.argv[2:])
        steps = globals()[sys.argv[1]](time.process_time if CPU_TIME else time.perf_counter)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20  # GB
        print("\n" + json.dumps({"steps": steps, "memory": memory}))
        return
    override(globals(), sys.argv[1:])
    missing = [name for name in ("trl", "pytest") if importlib.util.find_spec(name) is None]
    if missing:
        stop(f"{' and '.join(missing)} missing; in an environment of its own: pip install trl "
             "-r requirements.txt -r tests/requirements.txt")
    print("| side | tokens/s | peak GB | losses |\n|---|---:|---:|---|")
    for _ in range(ROUNDS):
        results = {}
        for side in ("ours", "trl"):
            one = results[side] = measure(side)
            print(f"| {side} | {one['speed']:.1f} | {one['memory']:.2f} | "
                  f"{' '.join(f'{loss:.3f}' for loss in one['losses'])} |", flush=True)
        print(f"| ours / trl | {results['ours']['speed'] / results['trl']['speed']:.2f} | "
              f"{results['ours']['memory'] / results['trl']['memory']:.2f} | |")


if __name__ == "__main__":
    main()
