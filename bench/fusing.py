"""Ways to fuse both searches, compared over the local engine's exact scores."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.fusion import DENSE_WEIGHT, best
from index.local import LocalEngine
from index.qdrant import statistics
from index.qdrant.statistics import Statistics, TermSums, VectorSums, weighed
from index.tokens import query_terms
from qa.evaluation.datasets import load_squad

POOL = 100
LENGTHS = (64, 100, 150)
_Array = NDArray[np.float64]


def fusion(file: Path, sample: int) -> None:
    """Print recall of engines' own ways, and of ours with the exact deviation and the estimate."""
    data = load_squad(file)
    questions = [q for q in data.questions if q.answers][::sample]
    encoder = load_encoder(DEFAULT_ENCODER)
    index = LocalEngine(encoder).build(data.documents)
    vectors = index.dense.vectors
    owners = [p.document_id for p in index.passages]
    texts = list(index.passages.under_headings(np.arange(len(owners))))
    found: dict[str, list[tuple[bool, bool]]] = {}
    sums = VectorSums.of(vectors)
    for length in LENGTHS:
        statistics.MEAN_LENGTH = length
        passages = [weighed(text) for text in texts]
        known = Statistics({0: TermSums.of(passages)}, sums)
        held: dict[int, list[tuple[int, float]]] = {}
        for row, (terms, weights) in enumerate(passages):
            for term, weight in zip(terms.tolist(), weights.tolist(), strict=True):
                held.setdefault(term, []).append((row, weight))
        for question in questions:
            dense = (vectors @ encoder.encode_questions([question.text])[0]).astype(float)
            asked = known.asked(query_terms(question.text))
            lexical = np.zeros(len(owners))
            for term, weight in zip(asked.terms.tolist(), asked.weights.tolist(), strict=True):
                for row, impact in held.get(term, ()):
                    lexical[row] += weight * impact
            estimate = known.lexical_spread(asked).std
            for name, fused in _ways(dense, lexical, estimate).items():
                if "standardised" in name or length == LENGTHS[1]:
                    order = best(fused, 40)
                    documents = list(dict.fromkeys(owners[row] for row in order))
                    wanted = data.given[question.id]
                    key = f"{name}, mean length {length}"
                    found.setdefault(key, []).append(
                        (documents[0] == wanted, wanted in documents[:10])
                    )
    for name, hits in found.items():
        first, ten = np.mean(hits, axis=0)
        print(f"{name:48} recall@1 {first:.4f}  recall@10 {ten:.4f}  ({len(hits)} questions)")


def _ways(dense: _Array, lexical: _Array, estimate: float) -> Mapping[str, _Array]:
    own = [best(scores, POOL) for scores in (dense, lexical)]
    pool = np.zeros(len(dense), bool)
    pool[np.concatenate(own)] = True

    def ours(std: float) -> _Array:
        fused = DENSE_WEIGHT * dense / max(float(dense.std()), 1e-9)
        fused = fused + (1 - DENSE_WEIGHT) * lexical / std if std > 0 else fused
        return np.where(pool, fused, -math.inf)

    def by_rank(k: int, weights: tuple[float, float]) -> _Array:
        fused = np.zeros(len(dense))
        for rows, weight in zip(own, weights, strict=True):
            fused[rows] += weight / (k + np.arange(1, len(rows) + 1))
        return fused

    def by_distribution(weights: tuple[float, float]) -> _Array:
        fused = np.zeros(len(dense))
        for rows, scores, weight in zip(own, (dense, lexical), weights, strict=True):
            mean, std = scores[rows].mean(), max(float(scores[rows].std(ddof=1)), 1e-9)
            fused[rows] += weight * np.clip((scores[rows] - mean + 3 * std) / (6 * std), 0, 1)
        return fused

    return {
        "standardised, exact deviation": ours(float(lexical.std())),
        "standardised, estimated deviation": ours(estimate),
        "reciprocal ranks, k=60": by_rank(60, (1, 1)),
        "reciprocal ranks, k=2, weights .7 and .3": by_rank(2, (0.7, 0.3)),
        "distribution-based": by_distribution((1, 1)),
        "distribution-based, weights .7 and .3": by_distribution((0.7, 0.3)),
    }
