"""Files that runs read and leave: JSON lines, checkpoints, and the clock that stops a run before its session ends.

Whatever is killed at whatever moment, a file is either whole or recognisably cut: whole files are written under a
temporary name and renamed, and lines that a step wrote after the last checkpoint are dropped when it is done again.
Under torchrun the first rank writes for all: on the others these functions leave files alone.
"""
import hashlib
import json
import os
import shutil
import time
from pathlib import Path

from tasks.engine.constants import recorded, stop
from tasks.engine.ranks import FIRST, everyones

CHECKPOINT, ADAPTER = "checkpoint", "adapter"
ADAPTER_FILE = "adapter_model.safetensors"  # as peft names it


def read_jsonl(path: str, written_by: str, *keys: str) -> list[dict]:
    """The objects of a JSON-lines file; stops with exit code 2 when it is missing, empty or broken.

    written_by: the command that makes the file, named in the error; keys: what each object must have
    """
    if not os.path.isfile(path):
        stop(f"{path} is missing; make it with: {written_by}")
    rows = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            reason = getattr(error, "msg", "not UTF-8")
            stop(f"{path} is not JSON lines (line {number}: {reason}); make it anew with: {written_by}")
        if not isinstance(rows[-1], dict) or not rows[-1].keys() >= set(keys):
            stop(f"{path} line {number} has no {', '.join(keys)}; make it anew with: {written_by}")
    if not rows:
        stop(f"{path} holds no line; make it anew with: {written_by}")
    return rows


def write_text(path: str | Path, text: str):
    """Write a whole file, or none: under a temporary name first, then renamed."""
    if not FIRST:
        return
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def write_jsonl(path: str | Path, rows: list[dict]):
    """Write all rows as JSON lines, atomically."""
    write_text(path, "".join(json.dumps(row) + "\n" for row in rows))


def append_jsonl(path: str | Path, rows: list[dict]):
    """Append rows as JSON lines, in one write."""
    if not FIRST:
        return
    with open(path, "a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))


def begin_lines(path: str, constants: dict, inputs: list[str], is_cheap) -> list[dict]:
    """The rows that earlier runs appended to a JSON-lines file, which is made if there is none; a last line that a kill
    has cut is dropped.

    Its first line says with which constants and inputs (files, folders of adapters) it was begun. Where these are
    others now, it begins anew if is_cheap(constants that it was begun with), and else the run stops with exit code 2.
    """
    header = {"constants": constants, "inputs": {name: digest(name) for name in inputs}}
    lines = Path(path).read_text().splitlines(keepends=True) if os.path.exists(path) else []
    first, *rows = [json.loads(line) for line in lines if line.endswith("\n")] or [header]
    if "constants" not in first:
        stop(f"{path} was not written by this script; give another file, or delete it")
    if first != header:
        changed = [f"{name}={value}" for name, value in first["constants"].items() if value != constants.get(name)]
        changed += [f"another {name}" for name, value in first["inputs"].items() if value != header["inputs"].get(name)]
        if not is_cheap(first["constants"]):
            stop(f"{path} was begun with {', '.join(changed)}; give that, or another file, or delete it")
        rows = []
    write_jsonl(path, [header, *rows])
    if rows:
        print(f"going on with the {len(rows)} lines of {path}")
    return rows


def keep_steps(path: str | Path, step: int):
    """Drop the lines of steps that were not yet in the checkpoint at `step`, and a last line cut by a kill."""
    path = Path(path)
    if not FIRST or not path.exists():
        return
    temporary = path.with_name(path.name + ".tmp")
    with open(path) as lines, open(temporary, "w") as kept:  # line by line: rollouts come to be a gigabyte
        for line in lines:
            try:
                row = json.loads(line)
            except json.JSONDecodeError:  # only the line being written when the process died
                continue
            if row["step"] <= step:
                kept.write(line.rstrip("\n") + "\n")
    temporary.replace(path)


def digest(path: str | Path) -> str:
    """SHA-256 of a file; of an adapter's folder, that of its weights."""
    path = Path(path, ADAPTER_FILE) if os.path.isdir(path) else Path(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_adapter(run: str, written_by: str) -> str:
    """The folder of the adapter that a finished run left, or `run` itself where it is one; stops with exit code 2 where
    there is none."""
    for folder in (f"{run}/{ADAPTER}", run):
        if Path(folder, ADAPTER_FILE).exists():
            return folder
    stop(f"{run}/adapter is missing; make it, or finish the run that was stopped, with: {written_by}")


def rank_of(folder: str) -> int:
    """The LoRA rank of the adapter in a folder; stops with exit code 2 where that does not say."""
    path = Path(folder, "adapter_config.json")
    try:
        return json.loads(path.read_text())["r"]
    except (OSError, ValueError, KeyError) as error:
        stop(f"{path} is missing or broken ({type(error).__name__}): copy the adapter anew, or make it again")


def largest_rank(folders) -> int:
    """The largest LoRA rank among adapters' folders; without any 8, the least that vLLM serves."""
    return max(map(rank_of, folders), default=8)


def begin_run(folder: str, constants: dict, may_differ: tuple[str, ...], inputs: tuple[str, ...] = ()) -> Path | None:
    """Open a run folder: record its constants and inputs, and return its newest complete checkpoint or None.

    A run is resumed only with the constants it began with, `may_differ` (such as its length) excepted, and with its
    `inputs` (files, folders of adapters) as they were: anything else would mix two experiments. Stops with exit code
    2 and names the difference.
    """
    path, digests = Path(folder, "constants.json"), {name: digest(name) for name in inputs}
    checkpoint = Path(folder, CHECKPOINT)
    old = Path(folder, CHECKPOINT + ".old")
    if not checkpoint.exists() and old.exists():  # killed between the two renames of `save_checkpoint`
        old.rename(checkpoint)
    if checkpoint.exists():
        if not path.exists():
            stop(f"{path} is missing, which says with what {checkpoint} was made: copy it, too, or delete {folder}")
        earlier = recorded(path)
        changed = [name for name in constants if name not in may_differ and earlier.get(name) != constants[name]]
        if changed:
            stop(f"{folder} was begun with " + ", ".join(f"{name}={earlier.get(name)}" for name in changed)
                 + f"; give these, or another RUN=folder, or delete {folder}")
        replaced = [name for name in inputs if earlier.get("inputs", {}).get(name) != digests[name]]
        if replaced:
            stop(f"{' and '.join(replaced)} changed since {folder} was begun; "
                 f"give another RUN=folder, or delete {folder}")
    elif Path(folder, ADAPTER).exists():
        stop(f"{folder} holds the adapter of a finished run, but not its checkpoint: give another RUN=folder, or "
             f"delete {folder}")
    write_text(path, json.dumps(constants | {"inputs": digests}, indent=1) + "\n")
    return checkpoint if checkpoint.exists() else None


def save_checkpoint(folder: str, write):
    """Replace the checkpoint of a run: `write(path)` fills a fresh folder, which then takes the old one's name. The
    adapter that the run left when it was to be shorter goes: it is not that of the steps to come.

    All ranks must call: the first waits for them, lest it replaces a checkpoint that another still reads.
    """
    everyones(None)
    if not FIRST:
        return
    new, checkpoint, old = (Path(folder, CHECKPOINT + suffix) for suffix in (".new", "", ".old"))
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    write(new)
    shutil.rmtree(old, ignore_errors=True)
    if checkpoint.exists():
        checkpoint.rename(old)
    new.rename(checkpoint)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(Path(folder, ADAPTER), ignore_errors=True)


class Clock:
    """Tells whether one more step fits before `max_hours`, judging by the longest step so far."""

    def __init__(self, max_hours: float):
        self.start = self.last = time.time()
        self.limit, self.longest, self.steps = max_hours * 3600, 0.0, 0

    def tick(self) -> float:
        """Mark the end of a step; its length in seconds."""
        seconds, self.last = time.time() - self.last, time.time()
        self.longest, self.steps = max(self.longest, seconds), self.steps + 1
        return seconds

    def mean(self) -> float:
        """Seconds per step so far."""
        return (self.last - self.start) / max(1, self.steps)

    def is_over(self) -> bool:
        return time.time() - self.start + 1.5 * self.longest > self.limit
