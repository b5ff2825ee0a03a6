"""Gradio's page: the endpoints behind the workspace and for programs, and the measuring panel.

What people see first is the workspace of assets/, which shell.py puts into this page.
"""

import gradio as gr

from qa.web.api import add_endpoints
from qa.web.conversing import add_conversing
from qa.web.evidence import add_evidence
from qa.web.feedback import add_feedback
from qa.web.history import History, add_history
from qa.web.library import add_library
from qa.web.measure import add_measure, question_sets
from qa.web.options import Options
from qa.web.visitors import Visitors


def build(visitors: Visitors, options: Options) -> gr.Blocks:
    """Return the page."""
    page = gr.Blocks(title="Quotewell", analytics_enabled=False, delete_cache=(3600, 3600))
    with page:
        if question_sets(visitors):
            add_measure(visitors)
        add_endpoints(visitors)
        add_conversing(visitors)
        add_evidence(visitors)
        if options.history is not None:
            add_history(History(options.history))
        add_library(visitors)
        add_feedback(visitors)
    return page
