"""What stages 3 and 4 need around their losses: optimizer, gradient scaling, checkpoints, a step in figures, curves."""
import collections
import json
import math
import re
import shutil
import warnings
from pathlib import Path
from pickle import UnpicklingError

import torch

from tasks.engine import ranks
from tasks.engine.constants import PROCESSES, stop
from tasks.engine.files import ADAPTER
from tasks.engine.memory import projections
from tasks.engine.model import compute_dtype, device, trained_parameters

# What stage 4 draws while it runs: a title and columns of metrics.jsonl for each panel.
PANELS = {"reward": ["reward"], "KL to the reference": ["kl"], "entropy": ["entropy"],
          "gap of sampler and trainer": ["sampler_gap"], "sampled tokens per episode": ["sampled_tokens"],
          "code calls per episode": ["code_calls"], "shares": ["no_variance", "with_code", "tool_errors", "truncated"],
          "seconds": ["sample_seconds", "code_seconds", "train_seconds"],
          "critic": ["value_loss", "explained_variance", "return"]}

# Products and sums a second of dense 16-bit matrices, added up in 32 bits, as the makers state them.
PEAK = {"T4": 65e12, "V100": 125e12, "L4": 121e12, "L40S": 362e12, "RTX 3090": 71e12, "RTX 4090": 165e12,
        "A100": 312e12, "H100 PCIe": 756e12, "H100": 989e12, "H200": 989e12}


class Trainer:
    """One adapter of the model with an optimizer of its own: paged 8-bit AdamW, as in QLoRA (arXiv 2305.14314).

    adapter: "default", the policy, or "critic"; head: layers on top that are trained with it
    """

    def __init__(self, model, adapter: str = "default", head=None):
        from bitsandbytes.optim import PagedAdamW8bit
        warnings.filterwarnings("ignore", message="Paged optimizers")  # on a CPU nothing needs paging
        self.model, self.adapter, self.head = model, adapter, head
        self.named = trained_parameters(model, adapter, head)
        self.weights = list(self.named.values())
        self.optimizer = PagedAdamW8bit(self.weights, lr=0.0, betas=(0.9, 0.99), weight_decay=0.0)
        # fp16 gradients underflow without scaling; with bf16 and fp32 the scaler does nothing.
        self.scaler = torch.amp.GradScaler(device().type, enabled=compute_dtype() == torch.float16)
        self.scaler.scale(torch.zeros((), device=device()))  # or a rank without rows would have no scale in `update`
        self.best = {"loss": float("inf"), "step": 0, "weights": {}}
        self.skipped = 0  # steps, those just before, whose gradient was no number

    def backward(self, loss):
        """Add the gradient of one micro-batch."""
        self.scaler.scale(loss).backward()

    def update(self, rate: float, clip_norm: float) -> float:
        """One optimizer step, of all ranks together, at learning rate `rate`; the gradient's norm before clipping, of
        which there is none where clip_norm is 0.

        A norm that is not finite means the step was skipped: its gradient was no number. In fp16 that happens while the
        scale of the loss is still too large; ten such steps in a row stop the run.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        ranks.add_gradients(self.weights)  # before the scaler looks for overflow, which all ranks must see alike
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.weights, clip_norm or math.inf).item()
        self.skipped = 0 if math.isfinite(norm) else self.skipped + 1
        if not self.skipped:
            self.scaler.step(self.optimizer)
        if self.skipped >= 10:
            stop("the gradient of ten steps in a row was no number: the learning rate has ruined the adapter, or the "
                 "model is too large in its numbers for 16 bits; lower the rate, or choose another MODEL")
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def learning_rate(self) -> float:
        """As the optimizer has it, which is what a log should say."""
        return self.optimizer.param_groups[0]["lr"]

    def keep_if_best(self, step: int, loss: float):
        """Remember the weights as they are if no validation loss was smaller."""
        if loss < self.best["loss"]:
            self.best = {"loss": loss, "step": step, "weights": {
                name: weight.detach().to("cpu", copy=True) for name, weight in self.named.items()}}

    def take(self, weights: dict):
        """Make these the adapter's weights."""
        with torch.no_grad():
            for name, weight in self.named.items():
                weight.copy_(weights[name])

    def save(self, folder: Path, step: int):
        """Everything a later run needs to go on exactly as this one would have."""
        torch.save({"step": step, "weights": {name: weight.detach().cpu() for name, weight in self.named.items()},
                    "optimizer": self.optimizer.state_dict(), "scaler": self.scaler.state_dict(), "best": self.best},
                   folder / f"{self.adapter}.pt")
        (folder / "versions.json").write_text(json.dumps({"torch": torch.__version__}))

    def save_adapter(self, run: str):
        """The adapter of a run that is finished, whole or not at all, as `find_adapter` looks for it."""
        if ranks.FIRST:
            new, adapter = Path(run, ADAPTER + ".new"), Path(run, ADAPTER)
            for folder in (new, adapter):
                shutil.rmtree(folder, ignore_errors=True)
            self.model.save_pretrained(new, selected_adapters=[self.adapter])
            new.rename(adapter)

    def load(self, checkpoint: Path | None) -> int:
        """Take over a checkpoint's state, if there is one; the number of steps it had done."""
        if checkpoint is None:
            return 0
        try:
            state = torch.load(checkpoint / f"{self.adapter}.pt", map_location="cpu", weights_only=True)
        except (OSError, EOFError, RuntimeError, UnpicklingError) as error:
            stop(f"{checkpoint} is not whole ({type(error).__name__}): copy it anew, or delete it to begin again")
        self.take(state["weights"])
        self.best = state["best"]
        self.optimizer.load_state_dict(state["optimizer"])
        if state["scaler"]:  # empty when written in bf16 or fp32: an fp16 card then begins with a scale of its own
            self.scaler.load_state_dict(state["scaler"])
        return state["step"]


def speed(config, metrics: dict, gpu: str) -> str:
    """A step of stage 3 in tokens a second, share of padding and, where PEAK knows the GPU by its name, of its peak.

    Counted is what no step can do without: every token through the projections and back, every trained one through the
    vocabulary layer and back, at 2 operations per weight each way, since the base learns nothing. Neither attention,
    nor the adapters, nor what is computed a second time to save memory.
    """
    seconds = max(metrics["seconds"], 0.01)  # as they are rounded
    words = f"{metrics['tokens'] / seconds:.0f} tokens/s, {metrics['padding']:.0%} padding"
    peak = next((peak for name, peak in PEAK.items() if re.search(rf"\b{name}\b", gpu)), None)
    if peak:
        layers = config.num_hidden_layers * sum(inputs * outputs for inputs, outputs in projections(config))
        work = 4 * (layers * metrics["tokens"] + config.vocab_size * config.hidden_size * metrics["trained_tokens"])
        words += f", {work / seconds / (peak * PROCESSES):.0%} of peak"
    return words


def total(parts) -> dict:
    """The metrics of a step from those of its micro-batches: sums, but for maxima."""
    columns = collections.defaultdict(list)
    for part in parts:
        for name, value in part.items():
            columns[name].append(value)
    return {name: max(values) if name.endswith("_max") else sum(values) for name, values in columns.items()}


def record(step: int, groups: list) -> list[dict]:
    """The rollouts of stage 4's groups in one step, as lines of rollouts.jsonl."""
    return [{"step": step, "id": group.question.id, "reward": reward, "answer": episode.answer,
             "truncated": episode.truncated, "turns": episode.turns, "ids": episode.ids, "mask": episode.mask,
             "logprobs": [round(value, 4) for value in episode.logprobs]}
            for group in groups for episode, reward in zip(group.episodes, group.rewards)]


def behaviour(groups: list) -> dict:
    """What the policy did in stage 4's groups, before anything was learned from it."""
    episodes = [episode for group in groups for episode in group.episodes]
    calls = sum(episode.code_calls for episode in episodes)
    return {"reward": sum(sum(group.rewards) for group in groups) / len(episodes),
            "no_variance": 1 - sum(group.varied for group in groups) / len(groups),
            "with_code": sum(episode.code_calls > 0 for episode in episodes) / len(episodes),
            "code_calls": calls / len(episodes),
            "tool_errors": sum(episode.tool_errors for episode in episodes) / max(1, calls),
            "truncated": sum(episode.truncated for episode in episodes) / len(episodes),
            "sampled_tokens": sum(sum(episode.mask) for episode in episodes) / len(episodes)}


def status(metrics: dict, steps: int, minutes_left: float) -> str:
    """Stage 4's line for a step, always in the same order."""
    learned = (f"kl {metrics['kl']:.4f} | entropy {metrics['entropy']:.2f} | grad {metrics['grad_norm']:5.2f} | "
               f"gap {metrics['sampler_gap']:.4f}" if "kl" in metrics else "the policy learned nothing")
    return (f"step {metrics['step']:4}/{steps} | reward {metrics['reward']:.3f} | same {metrics['no_variance']:.2f} | "
            f"code {metrics['with_code']:.2f} | errors {metrics['tool_errors']:.2f} | cut {metrics['truncated']:.2f} | "
            f"tokens {metrics['sampled_tokens']:4.0f} | {learned} | "
            f"{metrics['sample_seconds']:.0f}+{metrics['code_seconds']:.0f}+{metrics['train_seconds']:.0f} s | "
            f"{minutes_left:.1f} min left")


def plot(metrics: str, picture: str, panels: dict[str, list[str]]):
    """Draw columns of a metrics.jsonl against the step, one panel per title, thin with a running mean on top.

    A panel without a value is left out. Where the metrics name stages, each is a band, its number at the top.
    """
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    with open(metrics) as file:
        rows = [json.loads(line) for line in file]
    panels = {title: columns for title, columns in panels.items()
              if any(row.get(column) is not None for row in rows for column in columns)}
    across = 3 if len(panels) % 3 == 0 else min(4, len(panels))
    figure, axes = plt.subplots(-(-len(panels) // across), across, squeeze=False, layout="constrained",
                                figsize=(4 * across, 2.8 * -(-len(panels) // across)))
    for axis in axes.flat[len(panels):]:
        axis.remove()
    for axis, (title, columns) in zip(axes.flat, panels.items()):
        for number, column in enumerate(columns):
            points = [(row["step"], row[column]) for row in rows if row.get(column) is not None]
            if points:
                _draw_curve(axis, *zip(*points), f"C{number}", column.replace("_", " "))
        if axis.dataLim.y0 >= 0:
            axis.set_ylim(bottom=0)
        _draw_stages(axis, rows)
        axis.set(title=title, xlabel="step")
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.grid(alpha=0.3)
        if len(columns) > 1:
            axis.legend(frameon=False, fontsize="small")
    _save_figure(figure, picture)


def _draw_curve(axis, steps, values, color: str, label: str):
    window = len(values) // 10  # of few, such as validations, each is shown as it is
    parts = [values[max(0, place - window):place + 1] for place in range(len(values))]
    axis.plot(steps, values, color=color, alpha=0.3, linewidth=1)
    axis.plot(steps, [sum(part) / len(part) for part in parts], color=color, label=label,
              marker="." if len(values) < 10 else None)


def _draw_stages(axis, rows: list[dict]):
    stages = sorted({row["stage"] for row in rows if "stage" in row})
    for stage in stages if len(stages) > 1 else ():
        steps = [row["step"] for row in rows if row.get("stage") == stage]
        axis.axvspan(steps[0] - 0.5, steps[-1] + 0.5, color="0.5", alpha=0.12 * (stage % 2), linewidth=0)
        axis.text((steps[0] + steps[-1]) / 2, 0.99, stage, transform=axis.get_xaxis_transform(), ha="center", va="top",
                  color="0.4", fontsize="small")


def _save_figure(figure, picture: str):
    import matplotlib.pyplot as plt
    figure.savefig(f"{picture}.tmp", dpi=120, format="png")  # renamed when whole: somebody may be watching
    Path(f"{picture}.tmp").replace(picture)
    plt.close(figure)


def show_stages(picture: str, shares: list[list[float]], now: int):
    """Print a curriculum as a table, and draw how many questions have which share p of right answers.

    shares: for each stage p of the questions that are new in it; now: the stage that begins, from 0
    """
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    print("stage | questions |  new | mean p of new | 4 p (1 - p) of new")
    for stage, new in enumerate(shares):
        potential = [4 * p * (1 - p) for p in new] or [0.0]
        print(f"{stage + 1:5} | {sum(map(len, shares[:stage + 1])):9} | {len(new):4} | "
              f"{sum(new) / max(1, len(new)):13.2f} | {max(potential):.2f} down to {min(potential):.2f}"
              + "   <- begins" * (stage == now), flush=True)
    figure, axis = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
    axis.hist(shares, bins=[(edge - 0.5) / 8 for edge in range(10)], stacked=True, rwidth=0.9,
              label=[f"stage {stage + 1}" for stage in range(len(shares))],
              color=plt.get_cmap("viridis_r")([(stage + 1) / (len(shares) + 1) for stage in range(len(shares))]))
    axis.set(title="where the questions enter", xlabel="share p of right answers before", ylabel="questions")
    axis.legend(frameon=False, fontsize="small")
    _save_figure(figure, picture)
