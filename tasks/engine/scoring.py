"""Scoring the tokens of episodes: padded batches, log-probabilities without a table of logits, a critic's values."""
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


def padded_batches(episodes: list, budget: int):
    """Micro-batches of episodes, one after another: their row numbers, and `pad` of their ids and masks.

    A row ends with its last masked token. What follows, code output that nobody answered, has no part in any loss.
    """
    ends = [len(episode.mask) - episode.mask[::-1].index(1) for episode in episodes]
    cut = [(episode.ids[:end], episode.mask[:end]) for episode, end in zip(episodes, ends)]
    for rows in micro_batches(ends, budget):
        yield rows, pad(*zip(*(cut[row] for row in rows)))


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


def states_before(model, ids, attention_mask, loss_mask):
    """The last hidden states (N, D) from which the masked tokens are predicted, row by row; call under `autocast`.

    ids, attention_mask, loss_mask: (B, T); N = loss_mask[:, 1:].sum(). The state at t predicts the token at t + 1.
    """
    decoder, _ = decoder_and_head(model)
    hidden = decoder(input_ids=ids, attention_mask=attention_mask, use_cache=False).last_hidden_state  # (B, T, D)
    return hidden[:, :-1][loss_mask[:, 1:].bool()]


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
