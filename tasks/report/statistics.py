"""Shares, means over tasks that weigh alike, and their 95 % intervals."""
import math

import numpy as np


def wilson(right: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927): honest at 0 and 1 and for small counts, unlike p +- 2 sd."""
    z, share = 1.96, right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap(values: np.ndarray, places: dict[str, list[int]], draws: int) -> dict[str, np.ndarray]:
    """By task, (1 + draws,): the mean of its questions' values (Q,), then of as many questions drawn from them anew.

    Drawing questions with replacement is drawing how often each distinct value comes: one multinomial number.
    """
    random, means = np.random.default_rng(0), {}
    for name, numbers in places.items():
        levels, counts = np.unique(values[numbers], return_counts=True)                     # (L,), (L,)
        drawn = random.multinomial(len(numbers), counts / len(numbers), draws)              # (draws, L)
        means[name] = np.vstack([counts, drawn]) @ levels / len(numbers)
    return means


def average(means: dict[str, np.ndarray], names: list[str], questions: int = 0) -> tuple[float, float, float]:
    """The mean over tasks, which weigh alike, and its 95 % interval.

    questions: for an accuracy, how many. Of one task it then has Wilson's interval; so it has where all questions of
    each task came out alike, which leaves the bootstrap nothing to vary.
    """
    drawn = np.mean([means[name] for name in names], axis=0)
    low, high = np.percentile(drawn[1:], [2.5, 97.5])
    if questions and (len(names) == 1 or low == high):
        low, high = wilson(drawn[0] * questions, questions)
    return float(drawn[0]), float(low), float(high)


def pass_at(k: int, right: np.ndarray) -> np.ndarray:
    """The chance that one of k samples is right, from n of which c are: 1 - C(n-c, k) / C(n, k), unbiased (Chen et al.
    2021, arXiv 2107.03374). right: (Q, n); (Q,)."""
    n = right.shape[1]
    return np.array([1 - math.comb(n - c, k) / math.comb(n, k) for c in right.sum(1).astype(int).tolist()])
