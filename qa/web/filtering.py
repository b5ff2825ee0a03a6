"""Which documents to ask, as people type it."""

from index.filters import Filter


def filter_of(documents: str, after: str, before: str) -> Filter | None:
    """Return the filter that is meant, None for all documents; raises FilterError for no dates.

    `documents` are globs parted by commas.
    """
    globs = tuple(glob.strip() for glob in documents.split(",") if glob.strip())
    since, until = after.strip() or None, before.strip() or None
    if not globs and since is None and until is None:
        return None
    return Filter(globs, since, until)
