"""Calls of the page's functions, before Gradio sees them: only such as a page or program makes.

Gradio takes what it is sent: a path for a file, an address to fetch, a function by its number past
the queue. What is let through here has the shape of what its function takes, and nothing else.
"""

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import QuotewellError

_TEXT_CHARS = 20_000  # typed into a box; what is too long for a question is said further on
_MAX_FILES = 50
_MAX_SESSION_CHARS = 100
_EVENT_BYTES = 20_000


class RefusedError(QuotewellError):
    """A request that is turned away; `status` is HTTP's."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Function:
    """What can be called: by name if `public`, in the queue or at once.

    Those that are not `listed` are for the page alone, and may change with it. `kinds` are those of
    its inputs, as Gradio calls components; `parameters` the names by which a program gives them,
    and whether each has a default. `chosen` functions are told of a choice.
    """

    number: int
    name: str
    public: bool
    listed: bool
    queued: bool
    kinds: tuple[str, ...]
    parameters: Mapping[str, bool]
    chosen: bool


class Calls:
    """The functions of a page."""

    def __init__(self, page: gr.Blocks) -> None:
        found = [_function(fn) for fn in page.fns.values() if fn.fn is not None or fn.cancels]
        self._by_number = {function.number: function for function in found}
        self._public = {function.name: function for function in found if function.public}

    def public(self, name: str, *, listed: bool = False) -> Function:
        """Return the function that is called by a name, of those that are told if `listed`.

        Raises RefusedError.
        """
        if name not in self._public or (listed and not self._public[name].listed):
            raise RefusedError(404, f"there is no endpoint of this name; there are {self._names()}")
        return self._public[name]

    def numbered(self, number: object, queued: bool) -> Function:
        """Return the function that the page calls by a number; raises RefusedError."""
        function = self._by_number.get(number) if isinstance(number, int) else None
        if function is None or function.queued != queued or isinstance(number, bool):
            raise RefusedError(404, "there is no such function")
        return function

    def _names(self) -> str:
        return ", ".join(f.name for f in self._public.values() if f.listed)


def session_of(body: Mapping[str, Any]) -> str:
    """Return what a page or program calls its session, "" for none; raises RefusedError."""
    session = body.get("session_hash")
    if session is None:
        return ""
    if not isinstance(session, str) or not 0 < len(session) <= _MAX_SESSION_CHARS:
        raise RefusedError(422, "the session_hash must be a short string")
    return session


def listed(function: Function, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a call whose inputs are a list; raises RefusedError."""
    data = body.get("data")
    if not isinstance(data, list) or len(data) != len(function.kinds):
        raise RefusedError(422, f"data must be a list of {len(function.kinds)} inputs")
    given = [_input(kind, value) for kind, value in zip(function.kinds, data, strict=True)]
    trigger = body.get("trigger_id")
    return {
        "data": given,
        "trigger_id": trigger if isinstance(trigger, int) else None,
        "event_data": _chosen(body.get("event_data")) if function.chosen else None,
    }


def named(function: Function, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of a call that gives them by name; raises RefusedError."""
    unknown = [name for name in body if name not in function.parameters]
    missing = [n for n, default in function.parameters.items() if not default and n not in body]
    if unknown or missing:
        taken = ", ".join(function.parameters) or "nothing"
        raise RefusedError(422, f"{function.name} takes {taken}")
    return {name: _input("api", value) for name, value in body.items()}


def parsed(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that a request holds, fit to be written; raises RefusedError."""
    try:
        body = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RefusedError(400, "this is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(422, "send a JSON object")
    cleaned: dict[str, Any] = _clean(body)
    return cleaned


def _function(fn: Any) -> Function:
    public = fn.api_visibility != "private" and isinstance(fn.api_name, str)
    parameters = inspect.signature(fn.fn).parameters.values() if public else ()
    return Function(
        number=fn._id,
        name=str(fn.api_name),
        public=public,
        listed=fn.api_visibility == "public",
        queued=bool(fn.queue),
        kinds=tuple(block.get_block_name() for block in fn.inputs),
        parameters={
            p.name: p.default is not p.empty for p in parameters if p.annotation is not gr.Request
        },
        chosen=bool(fn.collects_event_data),
    )


def _input(kind: str, value: Any) -> Any:
    """Return what a component of a kind may be given; raises RefusedError."""
    match kind, value:
        case "state", _:
            return None  # it is the server's, and Gradio puts it in
        case "api", dict() | list():
            return {}  # no path and no address of a file; the endpoint says what it takes
        case ("api", _) | ("textbox" | "checkbox" | "radio" | "checkboxgroup" | "file", None):
            return value
        case "textbox" | "radio", str():
            return value[:_TEXT_CHARS]
        case ("checkbox", bool()) | ("checkboxgroup", list()) if _plain(value):
            return value
        case "file", list() if len(value) <= _MAX_FILES:
            return [_file(one) for one in value]
    raise RefusedError(422, f"this is nothing for a {kind}")


def _plain(value: Any) -> bool:
    return isinstance(value, bool) or all(isinstance(one, str) for one in value)


def _file(value: Any) -> str:
    """Return the name that the server gave to an uploaded file."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str):
        raise RefusedError(422, "this is not a file")
    return path


def _chosen(value: Any) -> dict[str, Any]:
    """Return a choice: a number of the list, and the text that is there."""
    match value:
        case {"index": int() as index, "value": {"text": str() as text}} if (
            len(text) <= _TEXT_CHARS
        ):
            return {"index": index, "value": {"text": text}}
    raise RefusedError(422, "this is not one of the choices")


def _clean(value: Any) -> Any:
    """Return JSON without halves of characters, which cannot be written anywhere."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
