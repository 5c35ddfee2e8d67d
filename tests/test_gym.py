"""The library's own scorers as a second opinion on the tasks of tasks/reasoning_gym/.

They run in the sandbox, where alone they may: some evaluate the answer they are given. What our verifiers accept gets
full score from them, too, except where the table below says why the library is wrong or stricter than its question.
"""
import json
import random
import re

import pytest

import tasks
from tasks import sandbox
from tasks.gym import Gym

STRICTER = {}
SCORER = """
import json
from reasoning_gym import create_dataset
scores = []
for name, seed, config, texts in json.loads({jobs!r}):
    dataset = create_dataset(name, seed=seed, size=1, **config)
    entry = dataset[0]
    scores.append([dataset.score_answer(text, entry) for text in texts])
print(json.dumps(scores))
"""


def draw_with_seed(name: str, seed: int, difficulty: float, monkeypatch):
    """A question, and by which seed and configuration the library drew its entry (the last that was drawn)."""
    import reasoning_gym
    calls, create = [], reasoning_gym.create_dataset
    monkeypatch.setattr(reasoning_gym, "create_dataset", lambda name, **options: calls.append(options) or create(name, **options))
    question = tasks.make(name, seed, difficulty, "train")
    monkeypatch.undo()
    return question, calls[-1]


def nearby(answer: str, rng: random.Random) -> list[str]:
    """Texts like an answer, most of them wrong: a sign changed, one left out, two exchanged, one added."""
    texts = []
    for _ in range(4):
        place = rng.randrange(len(answer))
        old = answer[place]
        new = rng.choice([sign for sign in (answer if not old.isdigit() else "0123456789") if sign != old] or ["x"])
        texts += [answer[:place] + new + answer[place + 1:], answer[:place] + answer[place + 1:]]
    pieces = re.split(r"(\s+|,)", answer)
    rng.shuffle(pieces)
    return [*texts, "".join(pieces), answer + " 1", answer.swapcase()]


@pytest.mark.parametrize("name", [name for name in tasks.names() if isinstance(tasks.REGISTRY[name], Gym)])
def test_what_we_accept_the_library_accepts(name, monkeypatch):
    rng, jobs, drawn = random.Random(name), [], []
    for seed in range(8):
        question, options = draw_with_seed(name, seed, seed / 8, monkeypatch)
        drawn.append(question)
        jobs.append([name.partition("/")[2], options.pop("seed"), {key: value for key, value in options.items() if key != "size"},
                     [question.answer, *nearby(question.answer, rng)]])
    done = sandbox.run(SCORER.format(jobs=json.dumps(jobs)), timeout=60, memory_mb=2048)
    assert done.status == "ok", done.stderr
    for question, job, scores in zip(drawn, jobs, json.loads(done.stdout)):
        for text, score in zip(job[-1], scores):
            assert not tasks.verify(question, text) or score == 1.0 or name in STRICTER, (question, text, score)
