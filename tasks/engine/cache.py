"""The keys and values of a batch whose rows come and go, so that sampling reads every token once."""
import torch
from torch.nn.functional import pad
from transformers.cache_utils import Cache, DynamicLayer

from tasks.engine.model import autocast
from tasks.engine.scoring import decoder_and_head


class BatchCache:
    """The keys and values of a batch of rows. `real` (B, W) is 0 at the holes that rows of unequal length leave.

    The attention mask hides them, and positions count only what is real, so a hole changes nothing.
    """

    def __init__(self, real: torch.Tensor, layers=()):
        """layers: pairs of keys and values, (B, heads, W, size) each."""
        self.real, self.kv = real, Cache(layer_class_to_replicate=RoomyLayer)
        for number, (keys, values) in enumerate(layers):
            self.kv.update(keys, values, number)

    def pick(self, places: list[int]) -> "BatchCache":
        """A copy whose row i is row places[i], without the columns that none of these rows needs."""
        rows = torch.tensor(places, device=self.real.device)[:, None]                 # (B', 1)
        real = self.real[places]                                                      # (B', W)
        columns = real.argsort(dim=1, descending=True, stable=True)[:, :real.sum(1).max()]  # (B', W'), real ones first
        layers = [[table.transpose(1, 2)[rows, columns].transpose(1, 2) for table in (layer.keys, layer.values)]
                  for layer in self.kv.layers]                                        # (B', heads, W', size) each
        return BatchCache(self.real[rows, columns], layers)

    @staticmethod
    def join(caches: list["BatchCache"]) -> "BatchCache":
        """The rows of all of them, padded on the right to one width."""
        width = max(cache.real.shape[1] for cache in caches)

        def stack(tables):  # (B, W) each, or (B, heads, W, size)
            return torch.cat([pad(table, (0, 0) * (table.dim() == 4) + (0, width - cache.real.shape[1]))
                              for table, cache in zip(tables, caches)])

        layers = [(stack([layer.keys for layer in same]), stack([layer.values for layer in same]))
                  for same in zip(*(cache.kv.layers for cache in caches))]
        return BatchCache(stack([cache.real for cache in caches]), layers)

    def read(self, model, new: list[list[int]]):
        """Append new ids to the rows, some of them none; (B, D) hidden states of each row's last new id."""
        width = max(map(len, new))
        tokens = torch.zeros(len(new), width, dtype=torch.long)      # (B, S)
        real = torch.zeros(len(new), width, dtype=torch.long)        # (B, S)
        for row, ids in enumerate(new):
            tokens[row, :len(ids)] = torch.tensor(ids, dtype=torch.long)
            real[row, :len(ids)] = 1
        tokens, real = tokens.to(self.real.device), real.to(self.real.device)
        positions = (self.real.sum(1, keepdim=True) + real.cumsum(1) - 1).clamp(min=0)  # (B, S)
        self.real = torch.cat([self.real, real], dim=1)  # (B, W + S)
        decoder, _ = decoder_and_head(model)
        # In training mode, recomputing activations would switch the cache off; there is no gradient here.
        with _without_recomputation(decoder), autocast(model):
            hidden = decoder(input_ids=tokens, attention_mask=self.real, position_ids=positions,
                             past_key_values=self.kv, use_cache=True).last_hidden_state  # (B, S, D)
        return hidden[torch.arange(len(new), device=real.device), (real.sum(1) - 1).clamp(min=0)]  # (B, D)


class RoomyLayer(DynamicLayer):
    """One layer's keys and values, in tables with room for the next tokens.

    That of transformers concatenates, and so copies all that is there for every token. Written in place, hence without
    gradients only.
    """
    ROOM = 64  # tokens

    def update(self, keys, values, *_, **__):
        """Append keys and values (B, heads, S, size); all that are there now, (B, heads, W + S, size) each."""
        if not self.is_initialized:  # not by lazy_initialization, whose arguments differ between versions
            self.dtype, self.device, self.is_initialized = keys.dtype, keys.device, True
            self.keys, self.values = self.tables = keys, values
            return keys, values
        width, new = self.keys.shape[2], keys.shape[2]
        if width + new > self.tables[0].shape[2]:
            self.tables = [pad(table, (0, 0, 0, new + self.ROOM)) for table in (self.keys, self.values)]
        for table, part in zip(self.tables, (keys, values)):
            table[:, :, width:width + new] = part
        self.keys, self.values = (table[:, :, :width + new] for table in self.tables)
        return self.keys, self.values


class _without_recomputation:
    def __init__(self, decoder):
        # Not all modules: with adapters they are thousands (3,700 in 36 layers), and this is done for every token.
        self.layers = [layer for layer in decoder.layers if getattr(layer, "gradient_checkpointing", False)]

    def __enter__(self):
        for layer in self.layers:
            layer.gradient_checkpointing = False

    def __exit__(self, *_):
        for layer in self.layers:
            layer.gradient_checkpointing = True
