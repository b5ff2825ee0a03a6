"""Every answer to a question that asks for several, as a list below the surest of them."""

from qa.listing import Listing
from qa.web.cards import card
from qa.web.html import literal


def render_listing(found: Listing, visitor: str) -> str:
    """Return the answers by document and place, and about how many more there may be."""
    if len(found.answers) < 2:
        return ""
    rows = "".join(
        f'<li><span class="says" dir="auto">{literal(one.quote)}</span>'
        f'<ol class="cards">{card(one, visitor, n)}</ol></li>'
        for n, one in enumerate(found.answers, 1)
    )
    more = round(found.missed)
    missed = f" About {more:,} more may be missing." if more else ""
    return (
        f'<section class="all"><h3>One of several: {len(found.answers):,} answers found</h3>'
        f"<p>By document and place.{missed}</p><ol>{rows}</ol></section>"
    )
