"""PPO's critic by hand (arXiv 1707.06347): what it says of each sampled token, and how it learns to.

    A_t = sum_k (gamma lambda)^k d_t+k        d_t = r_t + gamma V_t+1 - V_t        GAE, arXiv 1506.02438

t + 1 being the next sampled token, across the code output between; r_t is 0 before the last, where the reward is.
The policy's objective is GRPO's (04_grpo.py), with these A in place of those of the group.
"""
import torch


def gae(values: list[float], reward: float, gamma: float, lam: float) -> tuple[list[float], list[float]]:
    """Advantages and returns (n each) of one episode's sampled tokens, whose values are given in order.

    What the interpreter wrote between two of them is not here at all: the value that follows a token is that of the
    next *sampled* token, and nothing decays on the way.
    """
    advantages, following, later = [0.0] * len(values), 0.0, 0.0  # after the end there is nothing to gain
    for place in reversed(range(len(values))):
        delta = (reward if place == len(values) - 1 else 0.0) + gamma * following - values[place]
        later = advantages[place] = delta + gamma * lam * later
        following = values[place]
    return advantages, [advantage + value for advantage, value in zip(advantages, values)]


def value_loss(values, old, returns, clip: float):
    """Half the squared error of the critic, summed over N tokens; all tensors are (N,).

    Of the error and that of the value held within `clip` of the old one, the larger counts: a value that has moved
    that far towards its return gains nothing by moving on.
    """
    held = old + (values - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((values - returns) ** 2, (held - returns) ** 2).sum()
