"""The endpoints as MCP tools, asked by the client of MCP's own package."""

import ast
import asyncio

import httpx
import pytest

from qa.web.options import Options
from qa.web.serving import Running
from tests.web.answers import FakeCorpus


@pytest.mark.parametrize("auth", [None, ("ann", "päss:word")])
def test_tools_give_what_the_endpoints_give(auth: tuple[str, str] | None) -> None:
    pytest.importorskip("mcp", reason="pip install 'quotewell[mcp]'")
    from mcp import ClientSession  # noqa: PLC0415
    from mcp.client.streamable_http import streamablehttp_client  # noqa: PLC0415

    async def ask(url: str) -> tuple[set[str], str]:
        async with (
            streamablehttp_client(
                f"{url}gradio_api/mcp/", auth=httpx.BasicAuth(*auth) if auth else None
            ) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            told = await session.call_tool("ask", {"question": "why?"})
            return tools, told.content[0].text

    with Running(FakeCorpus("a.txt"), Options(port=0, mcp=True, auth=auth)) as running:
        tools, told = asyncio.run(ask(running.url))
    assert tools == {"ask", "search", "documents", "add", "remove"}
    assert ast.literal_eval(told)["answer"] == "quote"
