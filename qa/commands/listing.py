"""Every answer to a question, printed: what `qa ask --all` shows."""

from rich.console import Console
from rich.text import Text

from qa.listing import Listing
from qa.printing import printable


def print_listing(listing: Listing, console: Console) -> None:
    """Print every answer under its document, and about how many are missing."""
    document = None
    for answer, places in zip(listing.answers, listing.places, strict=True):
        if answer.document != document:
            document = answer.document
            console.print(Text(f"{printable(answer.title)}  {printable(document)}", "bold"))
        more = f", in {places} places" if places > 1 else ""
        place = f"{printable(answer.place)}, " if answer.place else ""
        where = f"  ({place}{answer.start}-{answer.end}{more}; {answer.score:.0%})"
        console.print(Text.assemble("  ", printable(answer.quote), (where, "dim")), soft_wrap=True)
    found = len(listing.answers)
    said = (
        f"{found} found in {listing.read} passages; about {listing.missed:.0f} more may be missing"
    )
    console.print(Text(said if found else "The documents do not say", "dim"))
