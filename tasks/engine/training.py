"""What stages 3 and 4 do alike around their losses: optimizer, gradient scaling, checkpoints, curves."""
import json
import warnings
from pathlib import Path

import torch

from tasks.engine import ranks
from tasks.engine.model import adapter_weights, compute_dtype, set_adapter_weights, trained_parameters


class Trainer:
    """The model's adapter "default" with its optimizer: paged 8-bit AdamW, as in QLoRA (arXiv 2305.14314)."""

    def __init__(self, model):
        from bitsandbytes.optim import PagedAdamW8bit
        warnings.filterwarnings("ignore", message="Paged optimizers")  # on a CPU nothing needs paging
        self.model = model
        self.weights = list(trained_parameters(model).values())
        self.optimizer = PagedAdamW8bit(self.weights, lr=0.0, betas=(0.9, 0.99), weight_decay=0.0)
        # fp16 gradients underflow without scaling; with bf16 and fp32 the scaler does nothing.
        self.scaler = torch.amp.GradScaler(enabled=compute_dtype() == torch.float16)

    def backward(self, loss):
        """Add the gradient of one micro-batch."""
        self.scaler.scale(loss).backward()

    def update(self, rate: float, clip_norm: float) -> float:
        """One optimizer step, of all ranks together, at learning rate `rate`; the gradient's norm before clipping.

        A norm that is not finite means the step was skipped: its gradient was no number.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        ranks.add_gradients(self.weights)  # before the scaler looks for overflow, which all ranks must see alike
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.weights, clip_norm).item()
        if norm == norm and norm != float("inf"):
            self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def learning_rate(self) -> float:
        """As the optimizer has it, which is what a log should say."""
        return self.optimizer.param_groups[0]["lr"]

    def save(self, folder: Path, step: int):
        """Everything a later run needs to go on exactly as this one would have."""
        torch.save({"step": step, "adapter": adapter_weights(self.model), "optimizer": self.optimizer.state_dict(),
                    "scaler": self.scaler.state_dict()}, folder / "state.pt")
        (folder / "versions.json").write_text(json.dumps({"torch": torch.__version__}))

    def load(self, checkpoint: Path | None) -> int:
        """Take over a checkpoint's state, if there is one; the number of steps it had done."""
        if checkpoint is None:
            return 0
        state = torch.load(checkpoint / "state.pt", weights_only=True)
        set_adapter_weights(self.model, state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        return state["step"]


def plot(metrics: str, picture: str, panels: dict[str, list[str]]):
    """Draw columns of a metrics.jsonl against the step, one panel per title, thin with a running mean on top."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    with open(metrics) as file:
        rows = [json.loads(line) for line in file]
    figure, axes = plt.subplots(1, len(panels), figsize=(4.5 * len(panels), 3.2), squeeze=False)
    for axis, (title, columns) in zip(axes[0], panels.items()):
        for number, column in enumerate(columns):
            points = [(row["step"], row[column]) for row in rows if row.get(column) is not None]
            if not points:
                continue
            steps, values = zip(*points)
            window = max(1, len(values) // 10)
            smooth = [sum(values[max(0, i - window):i + 1]) / len(values[max(0, i - window):i + 1])
                      for i in range(len(values))]
            axis.plot(steps, values, color=f"C{number}", alpha=0.3, linewidth=1)
            axis.plot(steps, smooth, color=f"C{number}", label=column.replace("_", " "))
        axis.set(title=title, xlabel="step")
        axis.grid(alpha=0.3)
        if len(columns) > 1:
            axis.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(picture, dpi=120)
    plt.close(figure)
