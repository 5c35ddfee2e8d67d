"""The library's own scorers as a second opinion on the tasks of tasks/reasoning_gym/.

They run in the sandbox, as some evaluate the answer that they are given. Full score is asked of them for our key and
for what the reference program prints, which was computed from the text of the question alone.
"""
import base64
import json
import pickle

import pytest
from conftest import LIBRARY, size

import tasks
from tasks import sandbox
from tasks.reasoning_gym.library import LEFT_OUT

NO_OPINION = {  # the library's scorer needs what only its own draws have, or is not right
    "reasoning_gym/polynomial_multiplication": "drawn here, with the library's parts",
    "reasoning_gym/polynomial_equations": "drawn here; the library's roots are sometimes incomplete",
}
SCORED = sorted({*LIBRARY} - {*NO_OPINION})
SCORER = """
import base64, json, pickle
from reasoning_gym import create_dataset
scores = {{}}
for name, slug, fixed, jobs in pickle.loads(base64.b64decode({pickled!r})):
    dataset = create_dataset(slug, seed=0, size=1, **fixed)
    try:
        scores[name] = [[dataset.score_answer(text, entry) for text in texts] for entry, texts in jobs]
    except Exception as error:
        scores[name] = repr(error)
print("SCORES " + json.dumps(scores))
"""


def test_every_dataset_of_the_library_is_a_task_or_left_out_for_a_reason():
    from reasoning_gym.factory import DATASETS
    taken = {tasks.REGISTRY[name].slug for name in LIBRARY}
    assert not taken & set(LEFT_OUT) and taken | set(LEFT_OUT) == set(DATASETS)


def test_most_tasks_of_the_library_have_a_reference_program():
    assert sum(tasks.REGISTRY[name].program(tasks.make(name, 0, 0.0, "train")) is not None for name in LIBRARY) >= 80


def drawn(name: str) -> list[tuple]:
    """A few questions of a task, each with the library's entry that it was made from."""
    task, entries, pairs = tasks.REGISTRY[name], [], []
    draw = type(task).entry

    def recorded(self, rng, difficulty):
        entries.append(draw(self, rng, difficulty))
        return entries[-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(task), "entry", recorded)
        for seed in size((0, 7), range(8)):
            question = tasks.make(name, seed, seed / 7, "train")
            pairs.append((question, entries[-1]))  # of those drawn for this question, the one that was kept
    return pairs


@pytest.fixture(scope="module")
def opinions() -> dict[str, tuple]:
    """Of each task, what was scored, [(entry, [key, printed])], and the scores; all by one process."""
    pairs = {name: drawn(name) for name in SCORED}
    programs = [tasks.REGISTRY[name].program(question) or "" for name in SCORED for question, _ in pairs[name]]
    printed = iter([result.stdout.strip() for result in sandbox.run_many(programs)])
    jobs = {name: [(entry | {"answer": question.answer}, [question.answer, *filter(None, [next(printed)])])
                   for question, entry in pairs[name]] for name in SCORED}
    kinds = [(name, tasks.REGISTRY[name].slug, tasks.REGISTRY[name].fixed, jobs[name]) for name in SCORED]
    pickled = base64.b64encode(pickle.dumps(kinds)).decode()
    done = sandbox.run(SCORER.format(pickled=pickled), timeout=600, memory_mb=2048)
    assert done.status == "ok", done.stderr
    scores = json.loads(done.stdout.rpartition("SCORES ")[2])
    return {name: (jobs[name], scores[name]) for name in SCORED}


@pytest.mark.parametrize("name", SCORED)
def test_the_library_gives_full_score_to_key_and_program(name, opinions):
    jobs, scores = opinions[name]
    assert scores == [[1] * len(texts) for _, texts in jobs], jobs
