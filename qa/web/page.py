"""The whole page: what stands above, the tabs, the document beside them, and the endpoints."""

import gradio as gr

from qa.web.api import add_endpoints
from qa.web.chat import add_chat
from qa.web.documents_tab import add_documents_tab
from qa.web.examples import examples
from qa.web.html import count_documents
from qa.web.measure import add_measure_tab, question_sets
from qa.web.options import Options
from qa.web.visitors import Visitors

# Filled and shown by page.js when a citation is opened. Documents come without any script.
READING = """
<aside id="reading" aria-label="Document" hidden>
  <div class="bar">
    <button type="button" name="close">Close</button>
    <a href="about:blank" target="_blank" rel="noopener">Open in a tab of its own</a>
  </div>
  <iframe title="Document, scrolled to the quote" sandbox="allow-same-origin"></iframe>
</aside>
<p id="told" role="status"></p>
"""


def build(visitors: Visitors, options: Options) -> gr.Blocks:
    """Return the page."""
    corpus = visitors.shared
    held = count_documents(len(corpus.documents))
    page = gr.Blocks(
        title="Quotewell", analytics_enabled=False, fill_height=True, delete_cache=(3600, 3600)
    )
    with page:
        gr.HTML(
            f"<h1>Quotewell</h1><p>Ask {held}. Every answer is a quote, shown where it stands.</p>",
            elem_id="masthead",
        )
        offered = options.examples if options.examples is not None else examples(corpus)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask"):
                add_chat(visitors, offered)
            with gr.Tab("Documents"):
                add_documents_tab(page, visitors)
            if question_sets(visitors):
                with gr.Tab("Measure"):
                    add_measure_tab(visitors)
        gr.HTML(READING, elem_id="beside")
        add_endpoints(visitors)
        page.load(None, js="() => quotewell.start()")
    return page
