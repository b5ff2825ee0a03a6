"""The loss of a batch, and its gradients, with the tokens' vectors as they are or moved."""

import torch
from torch import nn

from index.arithmetic import bfloat16_is_faster
from training.features import Batch


def span_loss(start: torch.Tensor, end: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the mean negative log marginal probability of the accepted spans."""
    start = start.float().masked_fill(~batch.allowed, -1e4).log_softmax(-1)
    end = end.float().masked_fill(~batch.allowed, -1e4).log_softmax(-1)
    pairs = start[batch.rows, batch.starts] + end[batch.rows, batch.ends]
    n = batch.ids.shape[0]
    top = pairs.new_full((n,), -1e9).scatter_reduce(0, batch.rows, pairs.detach(), "amax")
    total = pairs.new_zeros(n).index_add(0, batch.rows, (pairs - top[batch.rows]).exp())
    return -(total.log() + top).mean()


def forward(
    model: nn.Module, batch: Batch, embedded: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return start and end logits; `embedded` are the tokens' vectors, if not the model's own."""
    if embedded is None:
        embedded = model.get_input_embeddings()(batch.ids)
    able = batch.ids.is_cuda or bfloat16_is_faster()
    with torch.autocast(batch.ids.device.type, dtype=torch.bfloat16, enabled=able):
        out = model(inputs_embeds=embedded, attention_mask=batch.mask, token_type_ids=batch.types)
    return out.start_logits, out.end_logits


def backward(model: nn.Module, batch: Batch, weight: float, adversarial: float) -> float:
    """Add the gradients of the loss, times `weight`, and return the loss.

    With `adversarial` over 0 they are the mean of those and of the gradients after the tokens'
    vectors of each example were moved that far (in L2 norm) the way that raises the loss most
    (Miyato et al. 2017, "Adversarial Training Methods for Semi-Supervised Text Classification").
    """
    if not adversarial:
        loss = span_loss(*forward(model, batch), batch)
        (loss * weight).backward()
        return float(loss.detach())
    table = model.get_input_embeddings()(batch.ids)
    embedded = table.detach().requires_grad_()
    loss = span_loss(*forward(model, batch, embedded), batch)
    (loss * weight / 2).backward()
    assert embedded.grad is not None
    norm = embedded.grad.flatten(1).norm(dim=1).clamp_min(1e-12)
    away = adversarial * embedded.grad / norm[:, None, None]
    (span_loss(*forward(model, batch, embedded + away), batch) * weight / 2).backward()
    table.backward(embedded.grad)
    return float(loss.detach())
