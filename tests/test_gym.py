"""The library's own scorers as a second opinion on the tasks of tasks/reasoning_gym/.

Full score is asked of them for our key and for what the reference program prints, which was computed from the text of
the question alone. Some evaluate the answer that they are given: they see these two and no other.
"""
import pytest
from conftest import LIBRARY, size

import tasks
from tasks import sandbox
from tasks.reasoning_gym.library import LEFT_OUT

NO_OPINION = {  # the library's scorer needs what only its own draws have, or is not right
    "reasoning_gym/polynomial_multiplication": "drawn here, with the library's parts",
    "reasoning_gym/polynomial_equations": "drawn here; the library's roots are sometimes incomplete",
}


def test_every_dataset_of_the_library_is_a_task_or_left_out_for_a_reason():
    from reasoning_gym.factory import DATASETS
    taken = {tasks.REGISTRY[name].slug for name in LIBRARY}
    assert not taken & set(LEFT_OUT) and taken | set(LEFT_OUT) == set(DATASETS)


def test_most_tasks_of_the_library_have_a_reference_program():
    assert sum(tasks.REGISTRY[name].program(tasks.make(name, 0, 0.0, "train")) is not None for name in LIBRARY) >= 80


@pytest.mark.parametrize("name", sorted({*LIBRARY} - {*NO_OPINION}))
def test_the_library_gives_full_score_to_key_and_program(name, monkeypatch):
    from reasoning_gym import create_dataset
    task, entries, questions = tasks.REGISTRY[name], [], []
    draw = type(task).entry

    def recorded(self, rng, difficulty):
        entries.append(draw(self, rng, difficulty))
        return entries[-1]
    monkeypatch.setattr(type(task), "entry", recorded)
    drawn = []
    for seed in size((0, 7), range(8)):
        questions.append(tasks.make(name, seed, seed / 7, "train"))
        drawn.append(entries[-1])  # of those drawn for this question, the one that was kept
    programs = [task.program(question) for question in questions]
    printed = [result.stdout.strip() for result in sandbox.run_many([program or "" for program in programs])]
    scorer = create_dataset(task.slug, seed=0, size=1, **task.fixed)
    wrong = [(question, text, score) for entry, question, output in zip(drawn, questions, printed)
             for text in (question.answer, *([output] if output else []))
             if (score := scorer.score_answer(text, entry | {"answer": question.answer})) != 1]
    assert not wrong, wrong[:2]
