"""One step over several GPUs: `torchrun --nproc_per_node=2 03_sft.py` starts the script once for each.

Every rank (torch's word for such a process) holds the whole model, goes through the same steps, and computes its
`share` of each. A loss here is a sum over tokens, divided by the denominator of the whole step: so gradients are added
over the ranks, never averaged, and all then make the same update. Only the first rank prints and writes files.
Without torchrun there is one rank, whose share is everything, and no function here does anything.
"""
import contextlib
import datetime
import os
import sys

from tasks.engine.constants import PROCESS, PROCESSES, stop

FIRST = PROCESS == 0
PATIENCE = datetime.timedelta(hours=2)  # one rank's rollouts may take far longer than another's


@contextlib.contextmanager
def together():
    """For the `main` of a script: join the ranks that torchrun started, each with a GPU of its own if there are any.

    Stops with exit code 2 where GPUs are fewer than ranks.
    """
    if PROCESSES == 1:
        yield
        return
    import torch
    import torch.distributed.nn  # imported later, its functions' defaults would keep the group, and with it threads of
    # gloo, one of which now and then aborts the process at its end
    gpus, place = torch.cuda.device_count(), int(os.environ["LOCAL_RANK"])
    if 0 < gpus < int(os.environ["LOCAL_WORLD_SIZE"]):
        stop(f"there are more processes than GPUs; give torchrun --nproc_per_node={gpus}")
    if gpus:  # to see one GPU alone, before CUDA starts, keeps vLLM and every "cuda" off the others
        visible = os.environ.get("CUDA_VISIBLE_DEVICES") or ",".join(map(str, range(gpus)))
        os.environ["CUDA_VISIBLE_DEVICES"] = visible.split(",")[place]
    if not FIRST:
        sys.stdout = open(os.devnull, "w")
    torch.distributed.init_process_group("nccl" if gpus else "gloo", timeout=PATIENCE)
    os.environ.pop("TORCHELASTIC_USE_AGENT_STORE", None)  # or a vLLM here would look for its own processes there
    yield
    torch.distributed.destroy_process_group()  # not after an error: it would wait for ranks that are gone


def everyones(value) -> list:
    """What each rank brings, in the order of the ranks; all must call."""
    if PROCESSES == 1:
        return [value]
    from torch.distributed import all_gather_object
    values = [None] * PROCESSES
    all_gather_object(values, value)
    return values


def firsts(work):
    """The result of work() on the first rank, which alone does it; all must call."""
    return everyones(work() if FIRST else None)[0]


def share(sizes: list[int]) -> list[int]:
    """Rows of this rank when a step's rows, of these sizes, are dealt out: the largest first, each to the least laden.

    A function of the sizes alone, so the ranks need not talk to agree.
    """
    loads, mine = [0] * PROCESSES, []
    for row in sorted(range(len(sizes)), key=lambda row: (-sizes[row], row)):
        rank = loads.index(min(loads))
        loads[rank] += sizes[row]
        if rank == PROCESS:
            mine.append(row)
    return sorted(mine)


def gather(part: dict) -> list:
    """All rows of a step, in order, from the {row: value} that each rank made of its share; all must call."""
    whole = {row: value for rows in everyones(part) for row, value in rows.items()}
    return [whole[row] for row in sorted(whole)]


def add_gradients(weights: list):
    """Give every rank the sum of all ranks' gradients; one without rows brings zeros. All must call."""
    if PROCESSES == 1:
        return
    import torch
    for weight in weights:
        if weight.grad is None:
            weight.grad = torch.zeros_like(weight)
        torch.distributed.all_reduce(weight.grad)  # a sum
