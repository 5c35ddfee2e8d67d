"""Scoring the tokens of episodes: padded batches, log-probabilities without a table of logits, a critic's values.

All rollouts of a question begin with its prompt, and both turns of a pair with the conversation before them. Such rows
are computed as a tree, one sequence without padding: what they share, once, and then what each has of its own,

    prompt A    rest of row 1    rest of row 2    prompt B    rest of row 3    rest of row 4

at the positions that it has in its row, and with attention to what they share and to itself alone (`attend`). All
functions take rows, and give what these would have given one by one; `padded_batches` keeps those that share together.
"""
import collections
import os

import torch
from torch.utils.checkpoint import checkpoint

from tasks.engine.model import autocast, device


def micro_batches(lengths: list[int], budget: int) -> list[list[int]]:
    """Row numbers in batches of similar length, each of at most `budget` padded tokens (and at least one row)."""
    batches, width = [], 0
    for row in sorted(range(len(lengths)), key=lambda row: (lengths[row], row)):
        width = lengths[row]  # ascending, so the newest row is the widest
        if not batches or (len(batches[-1]) + 1) * width > budget:
            batches.append([])
        batches[-1].append(row)
    return batches


def pad(ids: list[list[int]], masks: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Right-padded (ids, attention_mask, loss_mask), each (B, T).

    Padding is known from the lengths alone: the padding id 0 may well be a word, and often pad is end-of-turn.
    """
    width = max(map(len, ids))
    table = torch.zeros(3, len(ids), width, dtype=torch.long)  # (3, B, T)
    for row, (row_ids, row_mask) in enumerate(zip(ids, masks, strict=True)):
        if len(row_ids) != len(row_mask):
            raise ValueError(f"row {row}: {len(row_ids)} ids, {len(row_mask)} mask values")
        table[0, row, :len(row_ids)] = torch.tensor(row_ids)
        table[1, row, :len(row_ids)] = 1
        table[2, row, :len(row_ids)] = torch.tensor(row_mask)
    return tuple(table.to(device()))


def by_prompt(ids: list[list[int]], masks: list[list[int]]) -> list[list[int]]:
    """Row numbers of the rows that have the same ids before the first masked one; a row without any is by itself."""
    prompts = collections.defaultdict(list)
    for row, (row_ids, mask) in enumerate(zip(ids, masks)):
        prompts[tuple(row_ids[:(mask + [1]).index(1)]) or row].append(row)
    return list(prompts.values())


def tree_size(rows: list[list[int]]) -> int:
    """Tokens of these rows, those that all of them begin with counted once."""
    return sum(map(len, rows)) - (len(rows) - 1) * len(os.path.commonprefix(rows))


def tree_batches(trees: list[list[int]], ids: list[list[int]], budget: int) -> list[list[int]]:
    """Row numbers of these trees in batches, as `micro_batches` gives them, but of tokens that are computed.

    A tree is divided, and what its rows share computed once more, only where it is larger than the budget by itself.
    """
    batches, room = [], -1
    for rows in trees:
        shared = len(os.path.commonprefix([ids[row] for row in rows]))
        own = {row: len(ids[row]) - shared for row in rows}
        room = room - shared if shared + sum(own.values()) <= room else -1  # -1: nothing more fits, begin another batch
        for row in rows:
            if own[row] > room:
                batches.append([])
                room = budget - shared
            batches[-1].append(row)
            room -= own[row]
    return batches


def padded_batches(episodes: list, budget: int):
    """Micro-batches of episodes, one after another: their row numbers, and `pad` of their ids and masks.

    A row ends with its last masked token. What follows, code output that nobody answered, has no part in any loss.
    The budget is in tokens that are computed: padded ones or, where rows share their prompt, those of the trees.
    """
    ends = [len(episode.mask) - episode.mask[::-1].index(1) for episode in episodes]
    ids, masks = ([getattr(episode, name)[:end] for episode, end in zip(episodes, ends)] for name in ("ids", "mask"))
    trees = by_prompt(ids, masks)
    alone = [tree[0] for tree in trees if len(tree) == 1]
    batches = [[alone[place] for place in batch] for batch in micro_batches([ends[row] for row in alone], budget)]
    for rows in batches + tree_batches([tree for tree in trees if len(tree) > 1], ids, budget):
        yield rows, pad([ids[row] for row in rows], [masks[row] for row in rows])


@torch.no_grad()
def by_episode(episodes: list, budget: int, function) -> list[torch.Tensor]:
    """function(ids, attention_mask, loss_mask) -> (N,) of all micro-batches, as one tensor (n,) for each episode."""
    results = [None] * len(episodes)
    for rows, batch in padded_batches(episodes, budget):
        for row, part in zip(rows, function(*batch).split([sum(episodes[row].mask) for row in rows])):
            results[row] = part
    return results


def decoder_and_head(model):
    """The transformer without its vocabulary layer, and that layer."""
    causal = model.get_base_model()
    return causal.model, causal.get_output_embeddings()


def pack(rows: list[list[int]], trees: list[list[int]]):
    """These rows as trees in one sequence of S tokens: (ids, positions, places, parts).

    ids, positions: lists of S; a row's own tokens go on from the positions of those that it shares
    places: for each row the place in the sequence of each of its tokens; rows of a tree have the shared ones in common
    parts:  the sequence from its beginning, as `attention.attend` takes it: what a tree shares, (P, None), and then for
            each row the C tokens of its own, if there are any, with the mask (1, 1, C, P + C) by which they see the
            former and what precedes them among themselves
    """
    ids, positions, places, parts = [], [], [None] * len(rows), []
    for tree in trees:
        prefix = os.path.commonprefix([rows[row] for row in tree])
        shared = range(len(ids), len(ids) + len(prefix))
        ids += prefix
        positions += range(len(prefix))
        parts.append((len(prefix), None))
        for row in tree:
            own = rows[row][len(prefix):]
            places[row] = [*shared, *range(len(ids), len(ids) + len(own))]
            ids += own
            positions += range(len(prefix), len(rows[row]))
            if own:
                seen = torch.ones(1, 1, len(own), len(rows[row]), dtype=torch.bool, device=device())
                parts.append((len(own), seen.tril(len(prefix))))
    return ids, positions, places, parts


def _trees(ids, attention_mask, loss_mask) -> tuple[list, list]:
    """Padded rows (B, T) as lists without padding, and the row numbers of those that share a prompt."""
    rows = [row[:size] for row, size in zip(ids.tolist(), attention_mask.sum(1).tolist())]
    return rows, by_prompt(rows, loss_mask.tolist())


def computed(ids, attention_mask, loss_mask) -> tuple[int, int]:
    """How many tokens of these rows (B, T) `states_before` computes, without padding and with it."""
    rows, trees = _trees(ids, attention_mask, loss_mask)
    count = sum(tree_size([rows[row] for row in tree]) for tree in trees)
    return count, ids.numel() if len(trees) == len(rows) else count


def states_before(model, ids, attention_mask, loss_mask):
    """The last hidden states (N, D) from which the masked tokens are predicted, row by row; call under `autocast`.

    ids, attention_mask, loss_mask: (B, T); N = loss_mask[:, 1:].sum(). The state at t predicts the token at t + 1, also
    where t is the last of what several rows share.
    """
    decoder, _ = decoder_and_head(model)
    rows, trees = _trees(ids, attention_mask, loss_mask)
    if len(trees) == len(rows):
        # What pads a row stands behind its tokens, which cannot see it: attention is plainly causal, its fastest way.
        unmasked = torch.ones_like(ids)                                                           # (B, T)
        hidden = decoder(input_ids=ids, attention_mask=unmasked, use_cache=False).last_hidden_state  # (B, T, D)
        return hidden[:, :-1][loss_mask[:, 1:].bool()]
    packed, positions, places, parts = pack(rows, trees)
    packed, positions = ids.new_tensor([packed]), ids.new_tensor([positions])                     # (1, S)
    hidden = decoder(input_ids=packed, position_ids=positions, attention_mask=torch.ones_like(packed),
                     use_cache=False, parts=parts).last_hidden_state[0]                           # (S, D)
    before = [place for row, mask in zip(places, loss_mask.tolist())
              for place, follows in zip(row, mask[1:]) if follows]
    return hidden.index_select(0, ids.new_tensor(before))  # its gradient adds up in a fixed order on a CPU


def token_logprobs(model, ids, attention_mask, loss_mask, temperature: float = 1.0, chunk: int = 256):
    """Log-probabilities of the masked tokens given what precedes them, and the entropies at those places.

    ids, attention_mask, loss_mask: (B, T); returns two flat tensors (N,), N = loss_mask[:, 1:].sum(), row by row.
    """
    return token_scores(model, ids, attention_mask, loss_mask, temperature, chunk)[:2]


def token_scores(model, ids, attention_mask, loss_mask, temperature: float = 1.0, chunk: int = 256):
    """What `token_logprobs` returns and, third, whether the token is the likeliest there (N,).

    Only the N masked places go through the vocabulary layer, `chunk` at a time, and each chunk's logits are computed
    again in the backward pass instead of being kept: memory is chunk x vocabulary, whatever B and T are.
    """
    _, head = decoder_and_head(model)
    with autocast(model):
        states = states_before(model, ids, attention_mask, loss_mask)  # (N, D)
        targets = ids[:, 1:][loss_mask[:, 1:].bool()]                  # (N,)
        parts = [checkpoint(_score, head, rows, goals, temperature, use_reentrant=False)
                 for rows, goals in zip(states.split(chunk), targets.split(chunk))]
    return tuple(map(torch.cat, zip(*parts)))


def _score(head, states, targets, temperature):
    logits = head(states).float() / temperature                              # (n, V)
    normaliser = logits.logsumexp(-1)                                        # (n,)
    logprobs = logits.gather(-1, targets[:, None]).squeeze(-1) - normaliser  # (n,)
    with torch.no_grad():
        probabilities = (logits - normaliser[:, None]).exp()                 # (n, V)
        entropies = normaliser - (probabilities * logits).sum(-1)            # (n,)
        likeliest = logits.argmax(-1) == targets                             # (n,)
    return logprobs, entropies, likeliest


def value_head(model) -> torch.nn.Linear:
    """A critic's last layer, hidden state to one number, in fp32. At first every value is zero, which says nothing."""
    head = torch.nn.Linear(model.config.hidden_size, 1, device=device())
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    return head


def token_values(model, head, ids, attention_mask, loss_mask):
    """The critic's values (N,) just before each masked token is chosen, in the order of `token_logprobs`."""
    with autocast(model):
        states = states_before(model, ids, attention_mask, loss_mask)  # (N, D)
    return head(states.float()).squeeze(-1)
