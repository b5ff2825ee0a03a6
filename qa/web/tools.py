"""The endpoints as MCP tools: called in this process, not over the network."""

from copy import copy
from typing import Any

import gradio as gr


def call_directly(page: gr.Blocks) -> None:
    """Have the tools call the page's functions, where Gradio's would send them to the queue.

    Gradio's own way is a request to the server by itself, which has no password. The functions
    wait for their turn in themselves, so that the queue adds nothing.
    """
    server: Any = page.mcp_server_obj
    find = server.get_block_fn_from_endpoint_name

    def unqueued(name: str) -> Any:
        function = copy(find(name))
        if function is not None:
            function.queue = False
        return function

    server.get_block_fn_from_endpoint_name = unqueued
