"""The whole page: what stands above, the chat, and the endpoints for programs."""

import gradio as gr

from web.api import add_endpoints
from web.chat import AnsweringCorpus, add_chat
from web.html import count_documents


def build(corpus: AnsweringCorpus) -> gr.Blocks:
    """Return the page over a corpus."""
    held = count_documents(len(corpus.documents))
    page = gr.Blocks(title="Quotewell", analytics_enabled=False, fill_height=True)
    with page:
        gr.HTML(
            f"<h1>Quotewell</h1><p>Ask {held}. Every answer is a quote, shown where it stands.</p>",
            elem_id="masthead",
        )
        add_chat(corpus)
        add_endpoints(corpus)
    return page
