"""A promise: of what is `answered`, so much at most is wrong. From a user's own judged questions.

Learn then Test (Angelopoulos, Bates, Candes, Jordan and Lei 2021, arXiv:2110.01052): for each of a
fixed list of thresholds, highest first, an exact binomial test asks whether more than that is wrong
of what is answered from there up; the level is shared out as in the fallback procedure (Wiens
2003), which keeps the probability that any threshold passes wrongly below 1 - `sure`. Conformal
risk control (Angelopoulos et al. 2022) bounds the mean of a loss that falls with the threshold;
"wrong of answered" is a ratio, and need not fall. It holds for questions like those judged, of
documents like these, whatever the confidences are worth.
"""

import json
import math
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import PromiseError, StoreError
from index.seal import is_sealed, seal
from qa.types import Reader

_FILE = "promise.json"
_VERSION = 1
_STEPS = [n / 100 for n in range(99, 49, -1)]
_STARTS = (0.95, 0.8, 0.6)  # where a share of the level is added; fixed before any data is seen
_AGAIN = "run qa calibrate again, or delete it"


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised from the confidence `answered` up, and what it rests on.

    At most `most_wrong` of it is wrong, with a probability of `sure` (both 0 to 1). Of `judged`
    questions `above` had at least that confidence, and `wrong` of these were wrong.
    """

    answered: float
    most_wrong: float
    sure: float
    judged: int
    above: int
    wrong: int

    def to_dict(self) -> dict[str, float]:
        """Return it as plain JSON types."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"At most {self.most_wrong:.2g} of what is answered is wrong, with a probability of "
            f"{self.sure:.2g}: {self.judged:,} judged questions, {self.above:,} of them answered, "
            f"{self.wrong:,} wrong"
        )


def promise(
    judged: Sequence[tuple[float, bool]], most_wrong: float = 0.05, sure: float = 0.95
) -> Promise:
    """Return the promise with the lowest threshold that judged answers bear out.

    `judged` is (confidence, whether right) of each question. Raises PromiseError where none is.
    """
    level, best = 0.0, None
    for step in _STEPS:
        if step in _STARTS:
            level += (1 - sure) / len(_STARTS)
        above = [right for confidence, right in judged if confidence >= step]
        wrong = above.count(False)
        if at_most(wrong, len(above), most_wrong) <= level:
            best = Promise(step, most_wrong, sure, len(judged), len(above), wrong)
        else:
            level = 0.0
    if best is None:
        above = [right for confidence, right in judged if confidence >= _STEPS[-1]]
        need = math.ceil(math.log((1 - sure) / len(_STARTS)) / math.log1p(-most_wrong))
        raise PromiseError(
            f"{len(judged):,} judged questions, {len(above):,} of them answered and "
            f"{above.count(False):,} wrong, cannot bear out that at most {most_wrong:.2g} is "
            f"wrong; about {need:,} answers are the fewest, none of them wrong: judge more, "
            "or allow more with --most-wrong"
        )
    return best


def at_most(wrong: int, of: int, share: float) -> float:
    """Return the probability that at most `wrong` are wrong, where each of `of` is with `share`."""
    if not 0 < share < 1:
        raise ValueError(f"a share of {share} is not between 0 and 1")
    logs = (
        math.lgamma(of + 1)
        - math.lgamma(k + 1)
        - math.lgamma(of - k + 1)
        + k * math.log(share)
        + (of - k) * math.log1p(-share)
        for k in range(wrong + 1)
    )
    return min(1.0, sum(map(math.exp, logs)))


def save(made: Promise, folder: Path, reader: Reader) -> Path:
    """Write a promise into an index's folder, sealed; return its file. Raises StoreError."""
    said = {"version": _VERSION, "promise": asdict(made), "reader": asdict(reader.calibration)}
    file = folder / _FILE
    fresh = file.with_name(f"{secrets.token_hex(4)}-{_FILE}")
    try:
        fresh.write_text(json.dumps(said | {"seal": seal([_text(said)])}, indent=1), "utf-8")
        os.replace(fresh, file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreError(f"{file}: cannot be saved: {error.strerror or error}") from error
    return file


def load(folder: Path, reader: Reader) -> tuple[Promise | None, str]:
    """Return the promise in an index's folder, if it was made with this reader, and a note.

    The note says why one that is there is not used: one that this user's programs have not sealed
    may be anybody's. Reading raises nothing.
    """
    file = folder / _FILE
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        own = said.pop("seal")
        if not is_sealed([_text(said)], own):
            return None, f"{file}: not as this user's qa calibrate wrote it, so not used; {_AGAIN}"
        if said["version"] != _VERSION or said["reader"] != asdict(reader.calibration):
            return None, f"{file}: made with another reader or version, so not used; {_AGAIN}"
        return Promise(**said["promise"]), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, f"{file}: cannot be read, so not used; {_AGAIN}"


def _text(said: dict[str, Any]) -> str:
    return json.dumps(said, sort_keys=True)
