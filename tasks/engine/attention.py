"""Attention where rows share their beginning, and where each row has one new token: torch's kernels, fed with no more
than they need, and chosen."""
import torch


def prepare(where: torch.device):
    """Let transformers attend by `attend`, and torch by the kernels that suit this device; for the whole process."""
    from transformers import AttentionInterface
    AttentionInterface.register("sdpa", attend)
    if where.type == "cpu":
        _group_heads(True)
        return
    # cuDNN, which torch prefers on an H100, makes a plan for every new shape, and ours are new all the time: nvidia-smi
    # mostly read 1 % in stage 4's training. And for some lengths its gradients are NaN (pytorch/pytorch#196678).
    torch.backends.cuda.enable_cudnn_sdp(False)
    if torch.cuda.get_device_capability() < (8, 0):
        _group_heads(False)


def _group_heads(grouped: bool):
    """Whether attention takes keys and values as they are for all query heads that share them, or repeated for each.

    transformers repeats them wherever there is padding. A CPU needs no copies: over a cache, attention takes a fifth
    of the time without them. But where there is no flash attention (a T4) torch takes groups to its plain kernel alone,
    which holds the scores of all pairs of tokens: gigabytes for a row of 4,096. Repeated, they go to the kernel that
    does not (huggingface/transformers#45776).
    """
    from transformers.integrations import sdpa_attention
    sdpa_attention.use_gqa_in_sdpa = lambda *_: grouped


def attend(module, query, key, value, attention_mask, parts=None, **options):
    """Attention as transformers calls it, (B, heads, S, size) to (B, S, heads, size); or over `parts` of one sequence,
    as `scoring.pack` has them."""
    from transformers.integrations.sdpa_attention import sdpa_attention_forward
    if parts is not None:
        return _by_parts(module, query, key, value, parts, **options)
    if query.shape[2] == 1 and query.dtype != torch.float32:  # in fp32 there is next to nothing to gain
        return _with_folded_heads(query, key, value, attention_mask, **options)
    return sdpa_attention_forward(module, query, key, value, attention_mask, **options)


def _by_parts(module, query, key, value, parts, **options):
    """Part by part nobody meets a neighbour. query, key, value: (1, heads, S, size).

    A mask of S x S would do the same, but takes memory, and on a CPU the time of all pairs of tokens: four fifths of it
    are for nothing where eight rows go on from a prompt as long as themselves.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward
    results, sizes = [], [size for size, _ in parts]
    for q, k, v, (_, mask) in zip(*(tensor.split(sizes, dim=2) for tensor in (query, key, value)), parts):
        if mask is None:
            shared = k, v  # (1, heads, P, size); seen causally, by those that follow as well
        else:
            k, v = (torch.cat(both, dim=2) for both in zip(shared, (k, v)))  # (1, heads, P + C, size)
        results.append(sdpa_attention_forward(module, q, k, v, mask, **options)[0])
    return torch.cat(results, dim=1), None  # (1, S, heads, size)


def _with_folded_heads(query, key, value, mask, scaling=None, **_):
    """One new token a row: the query heads that share keys and values are as many new tokens of one head.

    The sums are the same. On a CPU, torch's attention takes a tenth of the time in bf16: 2.8 ms instead of 29 for 64
    rows of 300 tokens, 14 heads in 2 groups, on one core. A GPU need not repeat all keys and values for every token.
    """
    batch, heads, _, size = query.shape                                        # (B, heads, 1, size)
    folded = query.view(batch, key.shape[1], -1, size)                         # (B, kv heads, heads per kv, size)
    mask = None if mask is None else mask.expand(-1, -1, folded.shape[2], -1)  # (B, 1, heads per kv, W)
    seen = torch.nn.functional.scaled_dot_product_attention(folded, key, value, attn_mask=mask, scale=scaling)
    return seen.reshape(batch, 1, heads, size), None                           # one token: no transposing
