"""Pure: figures and dates as people say them, wherever answers are shown."""

from datetime import date


def confidence_in_words(confidence: float) -> str:
    """Return a probability as people say it: "high confidence, 87%"."""
    levels = ((0.9, "very high"), (0.7, "high"), (0.4, "moderate"), (0.15, "low"))
    level = next((words for least, words in levels if confidence >= least), "very low")
    bound = "over " if confidence > 0.99 else "under " if confidence < 0.01 else ""
    return f"{level} confidence, {bound}{percent(confidence)}%"


def confidence_means(confidence: float, calibrated: bool) -> str:
    """Return what a confidence means, as a sentence."""
    if not calibrated:
        return "This reader has no calibration of its own, so the figure may be far off."
    return (
        f"Of 100 answers with this figure about {percent(confidence)} are right, as measured on "
        "questions whose answers are known."
    )


def percent(probability: float) -> int:
    """Return a probability in percent, which is never certain."""
    return min(max(round(100 * probability), 1), 99)


def in_words(iso: str | None) -> str:
    """Return an ISO date as people write it; one that names no day stays as it is."""
    if iso is None:
        return ""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"
