"""What programs call: named endpoints with typed inputs, and the JSON of the command line."""

from typing import Any

import gradio as gr
from gradio.events import api

from index.errors import QuotewellError
from web.chat import ASKING
from web.visitors import Visitors


def add_endpoints(visitors: Visitors) -> None:
    """Add the endpoints to the page being built."""

    def ask(question: str, request: gr.Request) -> dict[str, Any]:
        """Answer a question in the documents' own words, with where they stand."""
        if not isinstance(question, str):  # Gradio passes on what the caller sent
            raise gr.Error("the question must be a string", print_exception=False)
        try:
            return visitors.ask(question, request).to_dict()
        except QuotewellError as error:
            raise gr.Error(str(error), print_exception=False) from None

    api(ask, api_name="ask", concurrency_id=ASKING)
