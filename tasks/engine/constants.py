"""The CAPS constants at the top of each script: overriding them as NAME=value, inheriting them from an earlier stage.

    python 03_sft.py EPOCHS=1 MODEL=Qwen/Qwen2.5-7B-Instruct

Every error a user can cause ends here, in `stop`: one line that names the fix, and exit code 2.
"""
import json
import math
import os
import shlex
import shutil
import sys
import time

# Scripts size their defaults by this without importing torch, so that they still import in a blink. With SMALL_RUN=1 a
# GPU takes the small run, too.
GPU = (shutil.which("nvidia-smi") is not None and os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")
       and os.environ.get("SMALL_RUN") != "1")
SMALL_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"  # the default without a GPU
# OpenMP's threads spin while they wait for each other, at worst for one that another program keeps off its core. Asleep
# they leave it the core. So short a spin trains as fast alone (0.98; without any 0.86), and beside a busy process 1.6
# times as fast (tests/benchmarks/spinning.py). libgomp reads this as torch is loaded: import this module before torch.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# Which of the processes that torchrun started this is, and of how many (tasks/engine/ranks.py).
PROCESS, PROCESSES = (int(os.environ[name]) if "TORCHELASTIC_RUN_ID" in os.environ else alone
                      for name, alone in (("RANK", 0), ("WORLD_SIZE", 1)))


def stop(message: str):
    """Print one line to stderr and exit with code 2: the input was wrong, and the line says how to mend it."""
    if PROCESS > 0:  # where all meet the same error, the first says so, and torchrun ends the others meanwhile
        time.sleep(5)
    print(f"error: {message}", file=sys.stderr)
    raise SystemExit(2)


def constants(script: dict) -> dict:
    """The CAPS constants of a script's globals, in the order they are written."""
    kinds = (bool, int, float, str)
    imported = ("GPU", "SMALL_MODEL")
    return {name: value for name, value in script.items()
            if name.isupper() and isinstance(value, kinds) and name not in imported}


def override(script: dict, arguments: list[str]) -> list[str]:
    """Set constants of `script` (its globals()) from arguments NAME=value; the type is that of the default.

    Returns the names that were given. Stops with exit code 2 at an unknown name, a value of the wrong type, or one that
    no constant has: a number below 0, no number at all, a place to write to that is empty or already of another kind.
    """
    known = constants(script)
    if any(argument in ("-h", "--help") for argument in arguments):
        print(script["__doc__"].strip(), "\n\nconstants, given as NAME=value:")
        print(_in_lines([f"{name}={shlex.quote(str(value))}" for name, value in known.items()]))
        raise SystemExit(0)
    given = []
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if name not in known or not equals:
            stop(f"unknown constant {argument!r}; write NAME=value with one of: {', '.join(known)}")
        script[name] = _read(name, text, known[name])
        given.append(name)
    return given


def _in_lines(words: list[str], width: int = 118) -> str:
    """The words in as few lines of that width as they take, so that all constants fit one screen."""
    lines = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 2 <= width:
            lines[-1] += "  " + word
        else:
            lines.append(word)
    return "\n".join("  " + line for line in lines)


def _check_place(name: str, path: str, default: str):
    """Stops where a script cannot write to a path: a file where the default, by its ending, is one, else a folder."""
    if not path:
        stop(f"{name} is where this script writes; it cannot be empty")
    if os.path.splitext(default)[1] and os.path.isdir(path):
        stop(f"{name}={path} is a folder; give a file")
    if not os.path.splitext(default)[1] and os.path.isfile(path):
        stop(f"{name}={path} is a file; give a folder")


def _read(name: str, text: str, default):
    kind = type(default)
    if kind is str:
        if default and (name in ("OUT", "RUN", "ATTEMPTS", "POTENTIAL") or name.startswith("STEER_")):
            _check_place(name, text, default)
        return text
    if kind is bool:
        if text.lower() in ("true", "1", "false", "0"):
            return text.lower() in ("true", "1")
        stop(f"{name} is True or False, not {text!r}")
    try:
        value = kind(text)
    except ValueError:
        stop(f"{name} is a number ({'whole' if kind is int else 'decimal'}), not {text!r}")
    if not math.isfinite(value) or value < 0:
        stop(f"{name} is a finite number and not below 0, not {text}")
    return value


def at_least_one(script: dict, *names: str):
    """Stops with exit code 2 where one of these constants of `script` is below 1."""
    for name in names:
        if script[name] < 1:
            stop(f"{name} is at least 1, not {script[name]}")


def listed(text: str) -> list[str]:
    """The names in a constant that holds several, parted by commas."""
    return [name.strip() for name in text.split(",")]


def recorded(path: str) -> dict:
    """The constants.json of a run; stops with exit code 2 where it is not whole, as after a copy that was cut off."""
    try:
        with open(path) as file:
            return json.load(file)
    except ValueError as error:
        stop(f"{path} is broken ({error}): copy the run's folder anew, or delete it and make the run again")


def inherit(script: dict, given: list[str], path: str, names: list[str], written_by: str):
    """Take `names` from the constants.json of an earlier stage, except those given on the command line.

    A stage must read its model the way the stage before it wrote it. Prints where each value comes from. Stops with
    exit code 2 when the file is missing, naming the command `written_by` that makes it.
    """
    if not os.path.exists(path):
        stop(f"{path} is missing; make it with: {written_by}")
    earlier = recorded(path)
    for name in names:
        if name in given:
            source = "overridden" if script[name] != earlier.get(name, script[name]) else "given"
        elif name in earlier:
            script[name], source = earlier[name], f"inherited from {path}"
        else:
            source = "default"
        print(f"  {name} = {script[name]!r} ({source})")
