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

    Drawing questions with replacement is drawing how often each distinct value comes: one multinomial number. Of n
    questions these means vary by (n - 1) / n too little, as values lie nearer to their own mean than to the true one;
    they are stretched by that, without which 95 % intervals over two questions a task hold the truth 82 % of the time.
    """
    random, means = np.random.default_rng(0), {}
    for name, numbers in places.items():
        size = len(numbers)
        levels, counts = np.unique(values[numbers], return_counts=True)                     # (L,), (L,)
        drawn = random.multinomial(size, counts / size, draws)                              # (draws, L)
        mean, others = counts @ levels / size, drawn @ levels / size                        # (), (draws,)
        means[name] = np.append(mean, mean + (others - mean) * math.sqrt(size / max(1, size - 1)))
    return means


def average(means: dict[str, np.ndarray], names: list[str], questions: int,
            is_share: bool = True) -> tuple[float, float, float]:
    """The mean over tasks, which weigh alike, and its 95 % interval.

    questions: how many; is_share: False for the difference of two shares. The share of one task has Wilson's interval.
    So it has where all questions of each task came out alike, which leaves the bootstrap nothing to vary; a difference
    then has the width that Wilson's has at no success.
    """
    drawn = np.mean([means[name] for name in names], axis=0)
    low, high = np.percentile(drawn[1:], [2.5, 97.5])
    if is_share and (len(names) == 1 or low == high):
        low, high = wilson(drawn[0] * questions, questions)
    elif low == high:
        width = wilson(0, questions)[1]
        low, high = drawn[0] - width, drawn[0] + width
    return float(drawn[0]), float(max(low, 0 if is_share else -1)), float(min(high, 1))


def pass_at(k: int, right: np.ndarray) -> np.ndarray:
    """The chance that one of k samples is right, from n of which c are: 1 - C(n-c, k) / C(n, k), unbiased (Chen et al.
    2021, arXiv 2107.03374). right: (Q, n); (Q,)."""
    n = right.shape[1]
    return np.array([1 - math.comb(n - c, k) / math.comb(n, k) for c in right.sum(1).astype(int).tolist()])
