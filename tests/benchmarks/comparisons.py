"""What the constants of stages 2 to 4 change, the paper's comparisons among them, over several seeds, without a GPU.

Run     python tests/benchmarks/comparisons.py [NAME=value ...]     again after any interruption: it goes on
Writes  OUT/SEED/ (data, runs, evaluations), and prints a table of all that is finished there
Takes   hours; two seeds run side by side from two shells, with SEEDS=0 and SEEDS=1, and OMP_NUM_THREADS=1 before each

The tasks and questions are those of the default run without a GPU, with a third of its trajectories. Of a seed all
variants have the same questions and, but for cold and unmasked, begin stage 4 at the same adapter. A variant is given
the constants beside its name and nothing else. That is not all alike: the first of PPO's steps train the critic alone;
the curriculum measures 320 rollouts first, which its minutes leave out, and trains on those 80 questions; cold begins
at a base that answers next to nothing.
"""
import os
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from tasks.engine.constants import override, stop  # noqa: E402
from tasks.engine.files import read_jsonl  # noqa: E402
from tasks.report.statistics import average, bootstrap  # noqa: E402

SEEDS = "0,1,2"
ONLY = ""                # names of variants with commas; empty: all. The first one is always made
TRAJECTORIES = 60        # questions per task in stage 2
STEPS = 10               # of stage 4
PER_TASK = 40            # questions per task in stage 5: an accuracy of four tasks is then uncertain by 4 points
OUT = "runs/comparisons"


class Variant(NamedTuple):
    """What differs, by stage; without constants of its own in stages 2 and 3 it takes what the first one made there."""
    stage2: str = ""
    stage3: str = ""
    stage4: str | None = ""  # None: ends with stage 3


VARIANTS = {
    "default": Variant(),
    "unmasked": Variant(stage3="MASK_OUTPUT=False", stage4="MASK_OUTPUT=False"),
    "cold": Variant(stage4="SFT="),
    "ppo": Variant(stage4="ALGORITHM=ppo"),
    "curriculum": Variant(stage4="STAGES=4 POTENTIAL_QUESTIONS=80 POTENTIAL_SAMPLES=4"),
    "no-kl": Variant(stage4="KL_COEF=0"),
    "boxed": Variant(stage2="MARKER=boxed", stage3="MARKER=boxed", stage4=None),
    "tag": Variant(stage2="MARKER=tag", stage3="MARKER=tag", stage4=None),
}
SIDES = {"heldout": "trained tasks", "test": "unseen tasks"}


def runs(name: str) -> list[str]:
    """The runs of a variant, folders below OUT/SEED: of stage 3 and, if it has one, of stage 4."""
    variant = VARIANTS[name]
    return [f"runs/sft-{name if variant.stage3 else 'default'}"] + [f"runs/grpo-{name}"] * (variant.stage4 is not None)


def make(folder: Path, seed: str, name: str) -> bool:
    """Data, runs and evaluations of one variant, as far as they are not there; whether all stages ended well."""
    variant, (sft, *grpo) = VARIANTS[name], runs(name)
    data = f"data/sft-{name if variant.stage2 else 'default'}.jsonl"
    plan = [("01", "data/tasks/suite.md", ""),
            ("02", data, f"PER_TASK={TRAJECTORIES} OUT={data} {variant.stage2}"),
            ("03", f"{sft}/loss.png", f"DATA={data} RUN={sft} {variant.stage3}")]
    plan += [("04", f"{run}/adapter/adapter_model.safetensors", f"SFT={sft} STEPS={STEPS} RUN={run} {variant.stage4}")
             for run in grpo]
    plan += [("05", f"{run}/eval/report.md", f"MODELS={run} PER_TASK={PER_TASK} OUT={run}/eval")
             for run in (sft, *grpo)]
    for stage, made, constants in plan:
        if not (folder / made).exists():
            print(f"seed {seed}, {name}: stage {stage}", flush=True)
            command = [sys.executable, str(next(ROOT.glob(f"{stage}_*.py"))), f"SEED={seed}", *constants.split()]
            with open(folder / f"{name}.log", "a") as log:
                code = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT,
                                      env=os.environ | {"SMALL_RUN": "1"}).returncode
            if code:
                print(f"it ended with exit code {code}; {folder / name}.log says why", file=sys.stderr)
                return False
    return True


@cache  # each run stands in several cells of the table
def percents(run: Path, split: str) -> dict[tuple[str, str], float]:
    """By task and question: 100 for a right answer, 0 for a wrong one."""
    return {(row["task"], row["id"]): 100 * row["right"] for row in read_jsonl(run / "eval/answers.jsonl", "stage 5")
            if row["split"] == split}


def accuracy(run: Path, split: str) -> float:
    """Percent of right answers, tasks weighing alike."""
    tasks = {}
    for (task, _), percent in percents(run, split).items():
        tasks.setdefault(task, []).append(percent)
    return statistics.mean(map(statistics.mean, tasks.values()))


def difference(after: list[Path], before: list[Path], split: str) -> str:
    """In points, runs of the same seeds paired by question: the mean, its deviation over the seeds, and a 95 % interval
    by a bootstrap over the questions of all of them, tasks weighing alike."""
    gains, places = [], {}
    for run, other in zip(after, before):
        theirs = percents(other, split)
        for question, percent in percents(run, split).items():
            places.setdefault(question[0], []).append(len(gains))
            gains.append((percent - theirs[question]) / 100)
    _, low, high = average(bootstrap(np.array(gains), places, 2000), list(places), len(gains), is_share=False)
    each = [accuracy(run, split) - accuracy(other, split) for run, other in zip(after, before)]
    return f"{spread(each, '+')} ({100 * low:+.1f} to {100 * high:+.1f})"


def minutes(run: Path) -> float:
    """That the steps of this run took."""
    return sum(value for row in read_jsonl(run / "metrics.jsonl", "stages 3 and 4") for name, value in row.items()
               if name in ("seconds", "sample_seconds", "code_seconds", "train_seconds")) / 60


def spread(values: list[float], sign: str = "") -> str:
    """Mean and, of several, standard deviation."""
    return f"{statistics.mean(values):{sign}.1f}" + (f" ± {statistics.stdev(values):.1f}" if values[1:] else "")


def line(name: str, seeds: list[str]) -> str:
    """A variant's row of the table: the seeds that have finished it, against "default" of the same seeds."""
    mine, others = runs(name), runs("default")[:len(runs(name))]
    folders = [Path(OUT, seed) for seed in seeds
               if all(Path(OUT, seed, run, "eval/report.md").exists() for run in mine + others)]
    given = " ".join(dict.fromkeys(" ".join(filter(None, VARIANTS[name])).split()))
    cells = [name, given and f"`{given}`", str(len(folders))]
    sft, *grpo = [[folder / run for folder in folders] for run in mine]
    last, default = (grpo or [sft])[-1], [folder / others[-1] for folder in folders]
    for split in SIDES if folders else ():
        cells += ["" if name == "cold" else spread([accuracy(run, split) for run in sft]),
                  spread([accuracy(run, split) for run in last]) if grpo else "",
                  difference(last, sft, split) if grpo and name != "cold" else "",
                  "" if name == "default" else difference(last, default, split)]
    if folders:
        cells.append(spread([minutes(folder / mine[-1]) for folder in folders]) if mine[1:] else "")
    return f"| {' | '.join(cells)} |"


def main():
    override(globals(), sys.argv[1:])
    names = list(dict.fromkeys(["default", *ONLY.split(",")])) if ONLY else list(VARIANTS)
    if unknown := set(names) - set(VARIANTS):
        stop(f"ONLY is of {', '.join(VARIANTS)}; not {', '.join(sorted(unknown))}")
    well = []
    (ROOT / "models").mkdir(exist_ok=True)
    for seed in SEEDS.split(","):
        folder = Path(OUT, seed)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "models").is_symlink():
            (folder / "models").symlink_to(ROOT / "models")  # the small model is unpacked once for all
        well += [make(folder, seed, name) for name in names]
    sides = " | ".join(f"{side}: after stage 3 | after stage 4 | gain | to default" for side in SIDES.values())
    print(f"\n{TRAJECTORIES} questions a task in stage 2, {STEPS} steps of stage 4, {PER_TASK} questions a task in "
          "stage 5, ± over seeds, in brackets 95 % over questions\n")
    print(f"| variant | constants | seeds | {sides} | minutes of stage 4 |\n|---|---|" + "---:|" * 10)
    there = sorted(path.name for path in Path(OUT).iterdir() if path.is_dir())  # seeds of other shells, too
    print("\n".join(line(name, there) for name in VARIANTS))
    raise SystemExit(0 if all(well) else 2)


if __name__ == "__main__":
    main()
