"""DPO by hand: pairs of turns, one chosen (w) and one rejected (l), that go on from the same conversation x.

Minimised over all pairs of a step, log p(y | x) being the sum over the turn's tokens, its end of turn included:

    L = mean[ -log sigma(margin) + sft_weight * -log p(y_w | x) / |y_w| ]
    margin = beta (log p(y_w | x) / p_ref(y_w | x) - log p(y_l | x) / p_ref(y_l | x))

p_ref is the frozen adapter where p begins, or the base without any, so at first all margins are 0.
DPO: arXiv 2305.18290, equation 7; SFT beside it: arXiv 2404.19733, equation 1.
"""
from typing import NamedTuple

import torch

from tasks.engine import ranks
from tasks.engine.constants import stop
from tasks.engine.model import with_adapter
from tasks.engine.scoring import computed, micro_batches, pad, token_logprobs, tree_size
from tasks.engine.training import total
from tasks.episode import Chat, Episode, render


class Pair(NamedTuple):
    """Two turns that go on from the same conversation: two episodes, in whose masks these turns alone are 1."""
    chosen: Episode
    rejected: Episode


def read_pair(chat: Chat, row: dict, name: str) -> Pair:
    """A row, called `name`, as ids and masks; stops where it is no pair, or one of the same turn twice."""
    match row:
        case {"messages": [*_, {"role": "user", "content": str()}], "chosen": str(), "rejected": str()}:
            before = render(chat, row["messages"]).ids
        case _:
            stop(f"{name} is no pair: messages that end in a user's, chosen and rejected; they are written by: "
                 "python 02_synthesize.py METHOD=steer")
    pair = Pair(Episode(), Episode())
    for side, episode in pair._asdict().items():
        episode.append(before, 0)
        episode.append(chat.encode_turn(row[side]), 1)
    if pair.chosen.ids == pair.rejected.ids:
        stop(f"{name} prefers a turn to itself: chosen and rejected are the same")
    return pair


def pass_over_pairs(model, pairs: list[Pair], reference: str | None, beta: float, sft_weight: float, micro_tokens: int,
                    learn=None) -> dict:
    """L of these pairs and what else there is to know of it; each rank computes its share. All ranks must call.

    reference: the adapter that is p_ref, None for the base; micro_tokens: those of a forward pass, at most
    learn: takes the part of L that each micro-batch is

    The sides of a pair share a micro-batch, since the gradient of each takes both log p. The reference scores every
    micro-batch just before. In one epoch that is the same work as to score all pairs before the first step; and it is
    exact where both are the same, and leaves nothing to keep for a run that goes on.
    """
    sizes = [tree_size([side.ids for side in pair]) for pair in pairs]  # what both sides share is computed once
    mine, parts = ranks.share(sizes), []
    for places in micro_batches([sizes[row] for row in mine], micro_tokens):
        metrics, counts = pass_over_few(model, [pairs[mine[place]] for place in places], reference, beta, sft_weight)
        if learn:
            learn(metrics["loss"].sum() / len(pairs))
        parts.append({name: values.sum().item() / len(pairs) for name, values in metrics.items()} | counts)
        del metrics  # lest its graph lives on while the next one grows
    return total(part for own in ranks.everyones(parts) for part in own)


def pass_over_few(model, pairs: list[Pair], reference: str | None, beta: float, sft_weight: float) -> tuple[dict, dict]:
    """`preference_loss` of a micro-batch of B pairs, and its counts of tokens."""
    sides = [*(pair.chosen for pair in pairs), *(pair.rejected for pair in pairs)]
    batch = pad([side.ids for side in sides], [side.mask for side in sides])         # (2 B, T) each
    with torch.no_grad(), with_adapter(model, reference):
        ref = turn_logprobs(model, *batch)                                           # (2 B,)
    policy = turn_logprobs(model, *batch)                                            # (2 B,)
    sizes = batch[2].sum(1)                                                          # (2 B,)
    tokens, padded = computed(*batch)
    return preference_loss(*policy.chunk(2), *ref.chunk(2), sizes[:len(pairs)], beta, sft_weight), {
        "tokens": tokens, "padded": padded, "trained_tokens": sizes.sum().item()}


def turn_logprobs(model, ids, attention_mask, loss_mask) -> torch.Tensor:
    """log p of each row's masked tokens together: (B,). ids, attention_mask, loss_mask: (B, T)."""
    logprobs, _ = token_logprobs(model, ids, attention_mask, loss_mask)              # (N,)
    return torch.stack([row.sum() for row in logprobs.split(loss_mask[:, 1:].sum(1).tolist())])


def preference_loss(chosen, rejected, ref_chosen, ref_rejected, sizes, beta: float, sft_weight: float) -> dict:
    """L of each pair, and what else there is to know of it; all are (B,).

    chosen, rejected: log p of the turns under the policy; ref_chosen, ref_rejected: under the reference;
    sizes: tokens of the chosen turns
    """
    margins = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    dpo_loss, sft_loss = -torch.nn.functional.logsigmoid(margins), -chosen / sizes
    return {"loss": dpo_loss + sft_weight * sft_loss, "dpo_loss": dpo_loss, "sft_loss": sft_loss, "margin": margins,
            "accuracy": (margins.sign() + 1) / 2,  # a half where the policy is still the reference
            "chosen": chosen, "rejected": rejected}
