"""Constants on the command line, files, and the one clear line for each wrong input."""
import json
import os
import shlex
import subprocess
import sys
from dataclasses import asdict

import pytest
import torch
from conftest import ROOT, run_script, script, size

import tasks
from tasks.engine.constants import constants, inherit, listed, override, recorded
from tasks.engine.files import begin_run, find_adapter, keep_steps, save_checkpoint, write_jsonl, write_text


def test_overriding_keeps_the_type_of_the_default():
    names = {"STEPS": 5, "RATE": 1e-3, "FLAG": True, "NAME": "a", "lower": 1}
    assert override(names, ["STEPS=7", "RATE=2", "FLAG=false", "NAME=b=c"]) == ["STEPS", "RATE", "FLAG", "NAME"]
    assert names == {"STEPS": 7, "RATE": 2.0, "FLAG": False, "NAME": "b=c", "lower": 1}


@pytest.mark.parametrize("argument", ["STEP=7", "STEPS", "STEPS=7.5", "STEPS=x", "FLAG=maybe", "lower=2", "--steps=1",
                                      "STEPS=-1", "RATE=nan", "RATE=inf", "RATE=-1e-9", "RUN=", "STEER_OUT="])
def test_wrong_overrides_stop_with_one_line(argument, capsys):
    with pytest.raises(SystemExit) as stopped:
        override({"STEPS": 5, "FLAG": True, "RATE": 0.5, "RUN": "runs/x", "STEER_OUT": "x", "lower": 1}, [argument])
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and error.count("\n") == 1
    assert any(name in error for name in ("STEPS", "FLAG", "RATE", "RUN", "STEER_OUT"))


@pytest.mark.parametrize("stage, name", [("01", "OUT"), ("02", "OUT"), ("02", "ATTEMPTS"), ("02", "POTENTIAL"),
                                         ("02", "STEER_PAIRS"), ("03", "RUN"), ("04", "RUN"), ("05", "OUT")])
def test_a_folder_is_not_written_to_as_a_file_nor_a_file_as_a_folder(stage, name, tmp_path, capsys):
    (tmp_path / "file.jsonl").write_text("")
    (tmp_path / "run.1").mkdir()
    wrong, right, what = ("run.1", "file.jsonl", "folder") if stage == "02" else ("file.jsonl", "run.1", "file")
    override(constants(vars(script(stage))), [f"{name}={tmp_path / right}"])
    with pytest.raises(SystemExit) as stopped:
        override(constants(vars(script(stage))), [f"{name}={tmp_path / wrong}"])
    assert stopped.value.code == 2 and f"{wrong} is a {what}" in capsys.readouterr().err


@pytest.mark.parametrize("stage", ["01", "02", "03", "04", "05"])
def test_help_fits_one_screen_and_names_every_constant(stage, tmp_path):
    lines = run_script(stage, "--help", cwd=tmp_path).stdout.splitlines()
    assert len(lines) <= 50 and all(len(line) <= 120 or len(line.split()) == 1 for line in lines)  # a list may be long
    words = shlex.split(" ".join(lines[lines.index("constants, given as NAME=value:") + 1:]))
    assert dict(word.split("=", 1) for word in words) == {
        name: str(value) for name, value in constants(vars(script(stage))).items()}


@pytest.mark.parametrize("given, spins", [({}, "1000"), ({"GOMP_SPINCOUNT": "7"}, "7"),
                                          ({"OMP_WAIT_POLICY": "ACTIVE"}, "30000000000")])
@pytest.mark.parametrize("stage", size(["03"], ["02", "03", "04"]))  # 05 loads it later
def test_openmp_is_told_before_torch_is_loaded_how_its_threads_wait(stage, given, spins, tmp_path):
    kept = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    done = run_script(stage, "--help", cwd=tmp_path, env=kept | given | {"OMP_DISPLAY_ENV": "verbose"})
    assert f"GOMP_SPINCOUNT = '{spins}'" in done.stderr


def test_inherited_values_yield_to_given_ones(tmp_path, capsys):
    path = tmp_path / "constants.json"
    path.write_text(json.dumps({"MODEL": "big", "RANK": 32}))
    names = {"MODEL": "mine", "RANK": 0, "NEW": 1}
    inherit(names, ["MODEL"], str(path), ["MODEL", "RANK", "NEW"], "python 03_sft.py")
    assert names == {"MODEL": "mine", "RANK": 32, "NEW": 1}
    printed = capsys.readouterr().out
    assert "overridden" in printed and "inherited" in printed and "default" in printed


def test_names_are_parted_by_commas_with_spaces_or_without():
    assert listed("base, runs/my run,sft ") == ["base", "runs/my run", "sft"] and listed("") == [""]


@pytest.mark.parametrize("content", [b"", b'{"MODEL": "bi', b'{"MODEL": "\xff"}'])
def test_constants_that_were_copied_in_part_are_one_line(content, tmp_path, capsys):
    path = tmp_path / "constants.json"
    path.write_bytes(content)
    (tmp_path / "checkpoint").mkdir()
    for read in (lambda: recorded(str(path)), lambda: begin_run(str(tmp_path), {"SEED": 1}, may_differ=())):
        with pytest.raises(SystemExit) as stopped:
            read()
        error = capsys.readouterr().err
        assert stopped.value.code == 2 and f"{path} is broken" in error and error.count("\n") == 1
    assert path.read_bytes() == content


@pytest.mark.parametrize("stage", size(["01", "04"], ["01", "02", "03", "04", "05"]))
def test_an_unknown_constant_is_refused_with_the_list_of_names(stage, tmp_path):
    done = run_script(stage, "STEPZ=1", cwd=tmp_path, check=False)
    assert done.returncode == 2 and "SEED" in done.stderr and "Traceback" not in done.stderr


MAKERS = {"02": "01_make_tasks", "03": "02_synthesize", "04": "01_make_tasks", "05": "01_make_tasks"}


@pytest.mark.parametrize("stage, maker", size([("03", MAKERS["03"])], MAKERS.items()))
def test_a_missing_file_names_the_script_that_makes_it(stage, maker, tmp_path, tiny):
    models = [] if stage in ("04", "05") else [f"MODEL={tiny}"]
    done = run_script(stage, *models, cwd=tmp_path, check=False)
    assert done.returncode == 2 and maker in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("stage, constant", [("03", "BATCH=0"), ("04", "SAVE_EVERY=0"), ("05", "SAMPLER_BATCH=0"),
                                             *size([], [("01", "WORKERS=0"), ("02", "SAMPLER_BATCH=0"),
                                                        ("03", "EPOCHS=0"), ("04", "PASSES=0"), ("05", "DRAWS=0")])])
def test_what_has_to_be_one_at_least_is_refused_at_once(stage, constant, tmp_path):
    done = run_script(stage, constant, cwd=tmp_path, check=False)
    error, = done.stderr.splitlines()
    assert done.returncode == 2 and error == f"error: {constant.split('=')[0]} is at least 1, not 0"


def test_a_marker_that_is_none_is_refused(tmp_path, tiny):
    done = run_script("03", f"MODEL={tiny}", "MARKER=round", cwd=tmp_path, check=False)
    assert done.returncode == 2 and "MARKER is one of" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("line, says", [
    ('{"id": 3}', "line 2 has no"), ("[1]", "line 2 has no"), ("4 4", "line 2: Extra data"),
    (json.dumps(dict.fromkeys(("id", "task", "split", "seed", "difficulty", "question", "answer", "data"), "a")),
     "asks questions of a, which")])
def test_lines_that_are_no_questions_are_refused(line, says, tmp_path, capsys):
    good = asdict(tasks.make("bbh/navigate", 1, 0.0, "train"))
    (tmp_path / "train.jsonl").write_text(json.dumps(good) + "\n" + line + "\n")
    with pytest.raises(SystemExit):
        tasks.read_questions(str(tmp_path / "train.jsonl"))
    error, = capsys.readouterr().err.splitlines()
    assert says in error and "01_make_tasks.py" in error


@pytest.mark.parametrize("content, says", [("", "no line"), ("{broken\n", "not JSON")])
def test_an_empty_or_broken_dataset_is_refused(content, says, tmp_path, tiny):
    (tmp_path / "sft.jsonl").write_text(content)
    done = run_script("03", f"MODEL={tiny}", f"DATA={tmp_path}/sft.jsonl", cwd=tmp_path, check=False)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr


USER, ASSISTANT = {"role": "user", "content": "hello"}, {"role": "assistant", "content": "<<<4>>>"}


@pytest.mark.parametrize("messages, says", [
    ([USER], "end in an assistant"), ([USER, ASSISTANT, USER], "end in an assistant"), ([], "end in an assistant"),
    ("hello", "end in an assistant"), (None, "end in an assistant"), ([USER, "hello"], "number 2"),
    ([{"role": "system", "content": "Be brief."}, USER, ASSISTANT], "number 1"), ([USER, USER, ASSISTANT], "number 2"),
    ([USER, {"role": "assistant"}], "number 2"), ([USER, ASSISTANT | {"content": None}], "number 2")])
def test_a_row_that_is_no_conversation_is_refused(messages, says, chat, capsys):
    with pytest.raises(SystemExit) as stopped:
        script("03").read_trajectory(chat, {"id": "x/1", "messages": messages}, "line 7 (x/1)")
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and error.startswith("error: line 7 (x/1)") and says in error


def test_an_unknown_model_is_one_line(tmp_path):
    (tmp_path / "sft.jsonl").write_text("{}\n")
    done = run_script("03", "MODEL=no/such-model", f"DATA={tmp_path}/sft.jsonl", cwd=tmp_path, check=False)
    assert done.returncode == 2 and "no/such-model" in done.stderr and "Traceback" not in done.stderr


def test_importing_a_script_does_nothing_and_loads_no_heavy_package():
    code = "import sys; sys.path.insert(0, 'tests'); from conftest import script; script('01'); " \
           "print('torch' in sys.modules, 'vllm' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
    assert callable(script("03").main)


def test_lines_after_the_checkpoint_and_a_cut_line_are_dropped(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n{"st')
    keep_steps(path, 2)
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n'
    path.write_text('{"step": 1}\n{"step": 2}')
    keep_steps(path, 2)
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n' and os.listdir(tmp_path) == ["metrics.jsonl"]


@pytest.mark.parametrize("killed", ["while writing", "between the renames", "before cleaning"])
def test_a_checkpoint_is_whole_whenever_the_writer_dies(tmp_path, killed):
    run = tmp_path / "run"
    assert begin_run(str(run), {}, may_differ=()) is None
    save_checkpoint(str(run), lambda folder: (folder / "state").write_text("1"))
    if killed == "while writing":
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(str(run), lambda folder: (_ for _ in ()).throw(KeyboardInterrupt))
    elif killed == "between the renames":
        (run / "checkpoint").rename(run / "checkpoint.old")
    else:
        (run / "checkpoint.old").mkdir()
    found = begin_run(str(run), {}, may_differ=())
    assert (found / "state").read_text() == "1"
    save_checkpoint(str(run), lambda folder: (folder / "state").write_text("2"))
    assert (begin_run(str(run), {}, may_differ=()) / "state").read_text() == "2"


def test_what_cannot_be_gone_on_with_is_one_line(tmp_path, capsys):
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(SystemExit) as stopped:
        begin_run(str(tmp_path), {"SEED": 1}, may_differ=())
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and "constants.json is missing" in error and error.count("\n") == 1


def test_a_finished_run_without_its_checkpoint_is_not_begun_anew(tmp_path, capsys):
    (tmp_path / "adapter").mkdir()
    (tmp_path / "constants.json").write_text("{}")
    with pytest.raises(SystemExit):
        begin_run(str(tmp_path), {"SEED": 1}, may_differ=())
    assert "the adapter of a finished run" in capsys.readouterr().err
    assert (tmp_path / "constants.json").read_text() == "{}"


def test_the_adapter_of_a_shorter_run_goes_when_it_is_gone_on_with(tmp_path):
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter/adapter_model.safetensors").write_text("")
    assert find_adapter(str(tmp_path), "") == f"{tmp_path}/adapter"
    save_checkpoint(str(tmp_path), lambda folder: None)
    with pytest.raises(SystemExit):
        find_adapter(str(tmp_path), "python 04_grpo.py")


def test_a_run_is_not_resumed_with_other_inputs(tmp_path, capsys):
    data, adapter, run = tmp_path / "data.jsonl", tmp_path / "adapter", str(tmp_path / "run")
    adapter.mkdir()
    weights = adapter / "adapter_model.safetensors"

    def begin():
        return begin_run(run, {"SEED": 1}, may_differ=(), inputs=(str(data), str(adapter)))

    for path in (data, weights):
        path.write_text("1")
    begin()
    save_checkpoint(run, lambda folder: None)
    (adapter / "README.md").write_text("peft writes this anew, and it says nothing")
    assert begin()
    for path in (data, weights):
        path.write_text("2")
        with pytest.raises(SystemExit):
            begin()
        error = capsys.readouterr().err
        assert str(path.parent if path == weights else path) in error and error.count("\n") == 1
        path.write_text("1")
    assert begin()


def beside_a_gpu(folder) -> dict:
    """The environment of a user whose machine has an nvidia-smi, made in `folder`."""
    (folder / "nvidia-smi").write_text("#!/bin/sh\n")
    (folder / "nvidia-smi").chmod(0o755)
    others = {name: value for name, value in os.environ.items() if name not in ("CUDA_VISIBLE_DEVICES", "SMALL_RUN")}
    return others | {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize("more, large", [("", True), ("SMALL_RUN=1", False), ("CUDA_VISIBLE_DEVICES=", False)])
def test_beside_a_gpu_the_run_is_large_unless_told_otherwise(more, large, tmp_path):
    environment = beside_a_gpu(tmp_path) | dict([more.split("=")] if more else [])
    printed = run_script("03", "--help", cwd=tmp_path, env=environment).stdout
    assert ("MODEL=Qwen/Qwen2.5-3B-Instruct" in printed) == ("RECOMPUTE=True" in printed) == large


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch finds a GPU here")
@pytest.mark.parametrize("stage", ["02", "03", "04", "05"])
def test_a_gpu_that_torch_cannot_use_is_one_line_and_no_large_model_on_a_cpu(stage, tmp_path, tiny):
    for name in ("train", "heldout", "test"):
        write_jsonl(tmp_path / f"data/tasks/{name}.jsonl", [asdict(tasks.make("bbh/navigate", 1, 0.0, name))])
    write_text(tmp_path / "runs/sft/constants.json", json.dumps({"MODEL": tiny}))
    write_text(tmp_path / "runs/sft/adapter/adapter_model.safetensors", "")
    environment = beside_a_gpu(tmp_path)
    arguments = [f"MODEL={tiny}"] + ["MODELS=sft"] * (stage == "05")
    done = run_script(stage, *arguments, cwd=tmp_path, check=False, env=environment)
    assert done.returncode == 2 and "export CUDA_VISIBLE_DEVICES=" in done.stderr and "Traceback" not in done.stderr


def test_a_run_is_not_resumed_with_other_constants(tmp_path, capsys):
    begin_run(str(tmp_path), {"SEED": 1, "STEPS": 5}, may_differ=("STEPS",))
    save_checkpoint(str(tmp_path), lambda folder: None)
    begin_run(str(tmp_path), {"SEED": 1, "STEPS": 9}, may_differ=("STEPS",))
    with pytest.raises(SystemExit):
        begin_run(str(tmp_path), {"SEED": 2, "STEPS": 9}, may_differ=("STEPS",))
    assert "SEED=1" in capsys.readouterr().err
