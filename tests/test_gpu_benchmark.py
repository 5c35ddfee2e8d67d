"""The benchmark for GPUs, on a toy and on whatever is here."""
import sys

from conftest import ROOT

sys.path.append(str(ROOT / "tests/benchmarks"))
import gpu  # noqa: E402  needs the path above

TOY = ["BATCH=4", "QUESTIONS=2", "GROUP=2", "TURN_TOKENS=8", "PROMPT_TOKENS=600"]


def test_each_stage_of_a_row_is_a_line_and_so_is_running_out_of_memory(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(gpu, "ROWS", [(8, "toy", "float32", "never run"), (8, "toy", "float32", f"RANK={10 ** 12}"),
                                      (16, "toy", "float32", "MICRO_TOKENS=700 RANK=8 SAMPLER_BATCH=3")])
    monkeypatch.setattr(sys, "argv", ["gpu.py", *TOY, "ONLY=2,1", f"OUT={tmp_path}/gpu.md"])
    gpu.main()
    printed = capsys.readouterr().out
    assert (tmp_path / "gpu.md").read_text() == printed
    title, _, *table = printed.splitlines()
    assert "prompts of 600 tokens, turns of 8, 2 questions x 2" in title
    head, _, third, fourth, full = ([cell.strip() for cell in line.split("|")[1:-1]] for line in table)
    assert len(head) == len(third) == len(fourth) == len(full) == 10
    assert third[:5] == ["16 GB", "toy", "float32", "`MICRO_TOKENS=700 RANK=8 SAMPLER_BATCH=3`", "3"]
    assert third[6:8] == ["", ""] and min(map(float, [third[5], *third[8:]])) > 0
    assert fourth[4] == "4" and float(fourth[5]) > 0 and min(map(float, fourth[7::2])) > 0
    assert full[4:6] == ["3", "out of memory"]
