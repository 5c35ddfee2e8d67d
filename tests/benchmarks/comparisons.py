"""The paper's comparisons at the size of a laptop: what the constants of stages 2 to 4 change, over several seeds.

Run     python tests/benchmarks/comparisons.py [NAME=value ...]     again after any interruption: it goes on
Writes  OUT/SEED/ (data, runs, evaluations), and prints a table of all that is finished there

The tasks and questions are those of the default run without a GPU, a third of its trajectories, and STEPS steps of
stage 4. A variant differs from the first one by the constants beside its name and by nothing else: of a seed all have
the same questions, and the same trained model to begin from where stage 3 is not what differs. Two seeds run side by
side from two shells, with SEEDS=0 and SEEDS=1, and OMP_NUM_THREADS=1 before each.
"""
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from tasks.engine.constants import override, stop  # noqa: E402
from tasks.engine.files import read_jsonl  # noqa: E402

SEEDS = "0,1,2"
ONLY = ""                # names of variants with commas; empty: all
TRAJECTORIES = 60        # questions per task in stage 2
STEPS = 10               # of stage 4
PER_TASK = 20            # questions per task in stage 5
OUT = "runs/comparisons"


class Variant(NamedTuple):
    """What differs, by stage; without constants of its own in stages 2 and 3 it takes what the first one made there."""
    stage2: str = ""
    stage3: str = ""
    stage4: str | None = ""  # None: ends with stage 3


FIRST = "default"
VARIANTS = {
    FIRST: Variant(),
    "unmasked": Variant(stage3="MASK_OUTPUT=False", stage4="MASK_OUTPUT=False"),
    "cold": Variant(stage4="SFT="),
    "ppo": Variant(stage4="ALGORITHM=ppo"),
    "curriculum": Variant(stage4="STAGES=4 POTENTIAL_QUESTIONS=40 POTENTIAL_SAMPLES=4"),
    "no-kl": Variant(stage4="KL_COEF=0"),
    "boxed": Variant(stage2="MARKER=boxed", stage3="MARKER=boxed", stage4=None),
    "tag": Variant(stage2="MARKER=tag", stage3="MARKER=tag", stage4=None),
}
SIDES = {"heldout": "trained tasks", "test": "unseen tasks"}


def runs(name: str) -> list[str]:
    """The runs of a variant, folders below OUT/SEED: of stage 3 and, if it has one, of stage 4."""
    variant = VARIANTS[name]
    return [f"runs/sft-{name if variant.stage3 else FIRST}"] + [f"runs/grpo-{name}"] * (variant.stage4 is not None)


def make(folder: Path, seed: str, name: str):
    """Data, runs and evaluations of one variant, as far as they are not there. Each stage goes on by itself."""
    variant, (sft, *grpo) = VARIANTS[name], runs(name)
    data = f"data/sft-{name if variant.stage2 else FIRST}.jsonl"
    trained = "adapter/adapter_model.safetensors"
    plan = [("01", "data/tasks/train.jsonl", ""),
            ("02", data, f"PER_TASK={TRAJECTORIES} OUT={data} ATTEMPTS={data}.attempts {variant.stage2}"),
            ("03", f"{sft}/{trained}", f"DATA={data} RUN={sft} {variant.stage3}")]
    plan += [("04", f"{run}/{trained}", f"SFT={sft} STEPS={STEPS} RUN={run} {variant.stage4}") for run in grpo]
    plan += [("05", f"{run}/eval/report.md", f"MODELS={run} PER_TASK={PER_TASK} OUT={run}/eval")
             for run in (sft, *grpo)]
    folder.mkdir(parents=True, exist_ok=True)
    for stage, made, constants in plan:
        if not (folder / made).exists():
            print(f"seed {seed}, {name}: stage {stage}", flush=True)
            command = [sys.executable, str(next(ROOT.glob(f"{stage}_*.py"))), f"SEED={seed}", *constants.split()]
            with open(folder / f"{name}.log", "a") as log:
                code = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT).returncode
            if code:
                stop(f"stage {stage} ended with exit code {code}; {folder / name}.log says why")


def accuracy(run: Path, split: str) -> float:
    """Percent of right answers, tasks weighing alike."""
    tasks = {}
    for row in read_jsonl(run / "eval/answers.jsonl", "stage 5 writes it"):
        if row["split"] == split:
            tasks.setdefault(row["task"], []).append(100 * row["right"])
    return statistics.mean(map(statistics.mean, tasks.values()))


def minutes(run: Path) -> float:
    """That its steps took."""
    return sum(value for row in read_jsonl(run / "metrics.jsonl", "") for name, value in row.items()
               if name in ("seconds", "sample_seconds", "code_seconds", "train_seconds")) / 60


def spread(values: list[float], sign: str = "") -> str:
    """Mean and standard deviation."""
    return f"{statistics.mean(values):{sign}.1f}" + f" ± {statistics.stdev(values):.1f}" * (len(values) > 1)


def line(name: str, seeds: list[str]) -> str:
    """A variant's row of the table: the seeds that have finished it, against the first variant's of the same seeds."""
    done = [seed for seed in seeds if all((Path(OUT, seed) / run / "eval/report.md").exists()
                                          for run in runs(name) + runs(FIRST)[:len(runs(name))])]
    cells = [name, " ".join(dict.fromkeys(" ".join(filter(None, VARIANTS[name])).split())), str(len(done))]
    if done:
        for split in SIDES:
            for stage in range(2):
                cells.append("" if stage >= len(runs(name)) else spread(
                    [accuracy(Path(OUT, seed, runs(name)[stage]), split) for seed in done]))
            cells.append("" if name == FIRST else spread(
                [accuracy(Path(OUT, seed, runs(name)[-1]), split)
                 - accuracy(Path(OUT, seed, runs(FIRST)[len(runs(name)) - 1]), split) for seed in done], "+"))
        cells.append(spread([minutes(Path(OUT, seed, runs(name)[-1])) for seed in done]))
    return "| " + " | ".join(cells) + " |"


def main():
    override(globals(), sys.argv[1:])
    seeds, names = SEEDS.split(","), ONLY.split(",") if ONLY else list(VARIANTS)
    if unknown := set(names) - set(VARIANTS):
        stop(f"ONLY is of {', '.join(VARIANTS)}; not {', '.join(sorted(unknown))}")
    for seed in seeds:
        for name in names:
            make(Path(OUT, seed), seed, name)
    seeds = sorted(path.name for path in Path(OUT).iterdir() if path.is_dir())  # of other shells, too
    sides = [f"{side}: after stage 3 | after stage 4 | to {FIRST}" for side in SIDES.values()]
    print(f"\n| variant | constants | seeds | {' | '.join(sides)} | minutes of its last stage |")
    print("|---|---|" + "---:|" * 8)
    print("\n".join(line(name, seeds) for name in VARIANTS))


if __name__ == "__main__":
    main()
