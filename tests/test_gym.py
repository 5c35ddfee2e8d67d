"""The library's own scorers as a second opinion on the tasks of tasks/reasoning_gym/.

They run in the sandbox, as some evaluate the answer that they are given. Full score is asked of them for our key and
for what the reference program prints, which was computed from the text of the question alone.
"""
import base64
import json
import pickle

import pytest
from conftest import LIBRARY

import tasks
from tasks import sandbox
from tasks.reasoning_gym.library import LEFT_OUT

NO_OPINION = {  # the library's scorer needs what only its own draws have, or is not right
    "reasoning_gym/polynomial_multiplication": "drawn here, with the library's parts",
    "reasoning_gym/polynomial_equations": "drawn here; the library's roots are sometimes incomplete",
}
SCORER = """
import base64, json, pickle
from reasoning_gym import create_dataset
slug, fixed, jobs = pickle.loads(base64.b64decode({pickled!r}))
dataset = create_dataset(slug, seed=0, size=1, **fixed)
print("SCORES " + json.dumps([[dataset.score_answer(text, entry) for text in texts] for entry, texts in jobs]))
"""


def test_every_dataset_of_the_library_is_a_task_or_left_out_for_a_reason():
    from reasoning_gym.factory import DATASETS
    taken = {tasks.REGISTRY[name].slug for name in LIBRARY}
    assert not taken & set(LEFT_OUT) and taken | set(LEFT_OUT) == set(DATASETS)


def test_most_tasks_of_the_library_have_a_reference_program():
    assert sum(tasks.REGISTRY[name].program(tasks.make(name, 0, 0.0, "train")) is not None for name in LIBRARY) >= 80


@pytest.mark.parametrize("name", sorted({*LIBRARY} - {*NO_OPINION}))
def test_the_library_gives_full_score_to_key_and_program(name, monkeypatch):
    task, entries, questions = tasks.REGISTRY[name], [], []
    draw = type(task).entry

    def recorded(self, rng, difficulty):
        entries.append(draw(self, rng, difficulty))
        return entries[-1]
    monkeypatch.setattr(type(task), "entry", recorded)
    drawn = []
    for seed in range(8):
        questions.append(tasks.make(name, seed, seed / 7, "train"))
        drawn.append(entries[-1])  # of those drawn for this question, the one that was kept
    programs = [task.program(question) for question in questions]
    printed = [result.stdout.strip() for result in sandbox.run_many([program or "" for program in programs])]
    jobs = [(entry | {"answer": question.answer}, [question.answer, *([text] if text else [])])
            for entry, question, text in zip(drawn, questions, printed)]
    pickled = base64.b64encode(pickle.dumps((task.slug, task.fixed, jobs))).decode()
    done = sandbox.run(SCORER.format(pickled=pickled), timeout=60, memory_mb=2048)
    assert done.status == "ok", done.stderr
    scores = json.loads(done.stdout.rpartition("SCORES ")[2])
    wrong = [(question, job[1], score) for question, job, score in zip(questions, jobs, scores) if set(score) != {1}]
    assert not wrong, wrong[:2]
