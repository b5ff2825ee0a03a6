"""The embedded engine behind as much of Qdrant's REST API as Quotewell asks for.

For trying several processes on one collection, and a server that is killed, where no Qdrant server
can be had: `python -m bench.edge_server FOLDER PORT`. It is no server for any other use.
"""

import json
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import numpy as np

from index.errors import StoreError
from index.qdrant.address import Embedded
from index.qdrant.edge import EdgePoints
from index.qdrant.points import Point, Query, Sparse


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    collections: ClassVar[dict[str, EdgePoints]] = {}

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}")
        try:
            self._send(200, {"result": self._result(body), "status": "ok", "time": 0.0})
        except StoreError as error:
            self._send(500, {"status": {"error": str(error)}, "time": 0.0})
        except (KeyError, IndexError) as error:
            self._send(404, {"status": {"error": repr(error)}, "time": 0.0})

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _result(self, body: dict[str, Any]) -> Any:  # noqa: PLR0911
        _, *parts = self.path.partition("?")[0].rstrip("/").split("/")
        if not parts:
            return None
        name, rest = parts[1], "/".join(parts[2:])
        points = self.collections.setdefault(name, EdgePoints(Embedded(self.folder / name)))
        done = {"operation_id": 0, "status": "completed"}
        match self.command, rest:
            case "GET", "exists":
                return {"exists": points.exists()}
            case "PUT", "":
                points.create(body["vectors"]["dense"]["size"])
                return True
            case "DELETE", "":
                points.drop()
                return True
            case "PUT", "index":
                return done
            case "PUT", "points":
                points.upsert(
                    [_point(each) for each in body["points"]],
                    body.get("update_filter"),
                    body.get("update_mode") == "insert_only",
                )
                return done
            case "POST", "points/payload":
                points.set(body["payload"], _where(body["filter"]))
                return done
            case "POST", "points/delete":
                points.delete(_where(body["filter"]))
                return done
            case "POST", "points":
                found = points.get([UUID(each) for each in body["ids"]])
                return [{"id": str(UUID(int=0)), "payload": each} for each in found]
            case "POST", "points/scroll":
                found = list(points.scroll(_where(body["filter"]), bool(body.get("with_vector"))))
                return {"points": [_record(each) for each in found], "next_page_offset": None}
            case "POST", "points/query/batch":
                answers = points.query([_query(each) for each in body["searches"]])
                return [{"points": [_scored(*each) for each in found]} for found in answers]
        raise KeyError(self.path)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def version_string(self) -> str:
        return "edge"


def _where(where: dict[str, Any]) -> dict[str, Any]:
    """Return a filter without what it does not say."""
    return {key: value for key, value in where.items() if value is not None}


def _vector(value: Any) -> Any:
    if isinstance(value, dict):
        terms, weights = value["indices"], value["values"]
        return Sparse(np.array(terms, np.uint32), np.array(weights, np.float32))
    return np.array(value, np.float32)


def _point(said: dict[str, Any]) -> Point:
    vectors = {name: _vector(value) for name, value in (said["vector"] or {}).items()}
    return Point(UUID(said["id"]), said["payload"], vectors.get("dense"), vectors.get("terms"))


def _record(point: Point) -> dict[str, Any]:
    vectors: dict[str, Any] = {}
    if point.dense is not None:
        vectors["dense"] = point.dense.tolist()
    if point.terms is not None:
        terms, weights = point.terms
        vectors["terms"] = {"indices": terms.tolist(), "values": weights.tolist()}
    return {"id": str(point.id), "payload": dict(point.payload), "vector": vectors}


def _query(said: dict[str, Any]) -> Query:
    vector = said["query"]
    vector = vector.get("nearest", vector) if isinstance(vector, dict) else vector
    params = said.get("params") or {}
    return Query(_vector(vector), _where(said["filter"]), said["limit"], bool(params.get("exact")))


def _scored(payload: Mapping[str, Any], score: float) -> dict[str, Any]:
    return {"id": 0, "version": 0, "score": score, "payload": dict(payload)}


class Root(Handler):
    """Tells the version, too, which Qdrant does at its root, bare."""

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        if self.path.partition("?")[0] == "/":
            answer = {"title": "qdrant - edge", "version": "1.16.0"}
        super()._send(status, answer)


def main() -> None:
    folder, port = sys.argv[1:]
    Root.folder = Path(folder)
    with ThreadingHTTPServer(("127.0.0.1", int(port)), Root) as server:
        print(f"qdrant://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
