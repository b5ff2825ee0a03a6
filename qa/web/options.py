"""How the page is served: the options of `python app.py` and `qa serve`."""

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import QuotewellError
from qa.parts import feedback_file
from qa.requirements import require_extra

AUTH = "QUOTEWELL_AUTH"  # where the environment may hold USER:PASS, out of sight of `ps`
SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who runs the page decides; each has a sensible default.

    `allowed_hosts` are names under which it is served besides `host`, `trusted_proxies` the
    addresses whose word is taken for who asks. `examples` are questions to offer; None leaves them
    to the page. `originals` is the folder that the documents' ids are relative to, None where their
    files are out of reach. `max_upload` is how many bytes a visitor may add; others see
    them too with `shared_uploads`. `questions` is a file of test questions, `feedback` one that is
    written; without it nothing is kept. `audit` is a file that gets a line for each answer,
    `history` the folder where conversations are kept; by default neither is.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    root_path: str = ""
    auth: tuple[str, str] | None = None
    originals: Path | None = None
    examples: tuple[str, ...] | None = None
    log_questions: bool = False
    max_upload: int = 20_000_000
    shared_uploads: bool = False
    mcp: bool = False
    questions: Path | None = None
    feedback: Path | None = None
    audit: Path | None = None
    history: Path | None = None

    @property
    def open_to_all(self) -> bool:
        """Whether anyone who reaches the machine may ask."""
        return self.auth is None and self.host not in ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The command line: which corpus, and how it is served."""

    corpus: Path | None
    index: Path | None
    encoder: str | None
    reader: str | None
    ocr: str | None
    engine: str | None
    options: Options


def parse(argv: Sequence[str] | None = None) -> Arguments:
    """Read the command line; raises QuotewellError for what cannot be."""
    parser = argparse.ArgumentParser(prog="qa serve", description="Ask documents on a web page.")
    add = parser.add_argument
    add("--corpus", type=Path, help="folder, file or saved index (default: seeds/)")
    add("--index", type=Path, help="where the index is kept")
    add("--engine", help="qdrant://HOST:PORT/COLLECTION, or qdrant:FOLDER, which keeps the index")
    add("--encoder", help="fast, or a SentenceTransformer's folder or name")
    add("--reader", help="small, large, both, or an AutoModelForQuestionAnswering's folder or name")
    add("--ocr", metavar="auto|never|LANGS", help="how scanned pages are read, with tesseract")
    add("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0: all")
    add("--port", type=int, default=7860, help="port to listen on; 0: any free one")
    add(
        "--allowed-hosts",
        default="",
        metavar="NAMES",
        help="names it is served by, separated by commas",
    )
    add(
        "--trusted-proxies",
        default="",
        metavar="ADDRESSES",
        help="whose X-Forwarded-* headers are trusted",
    )
    add("--root-path", default="", help="where a reverse proxy shows the page, such as /quotes")
    add("--auth", metavar="USER:PASS", help=f"ask for these (default: those in ${AUTH}, if any)")
    add("--examples", type=Path, help="file of questions to offer, one per line")
    add("--log-questions", action="store_true", help="log the text of each question too")
    add("--max-upload", type=float, default=20, metavar="MB", help="of a visitor's; 0: none")
    add("--shared-uploads", action="store_true", help="show what a visitor adds to all others")
    add("--mcp", action="store_true", help="offer the endpoints as MCP tools too")
    add("--questions", type=Path, help="file of test questions for the measure tab")
    add("--feedback", type=Path, help="where to keep what visitors say of answers")
    add("--audit", type=Path, help="file of who asked what, chained; needs --log-questions")
    add("--history", type=Path, metavar="FOLDER", help="keep conversations there, on this server")
    given = parser.parse_args(argv)
    if given.audit is not None and not given.log_questions:
        raise QuotewellError(
            "--audit keeps the text of each question; say that it may be with --log-questions, too"
        )
    if given.mcp:
        require_extra("mcp", "--mcp")
    corpus = given.corpus.expanduser() if given.corpus is not None else None
    elsewhere = given.engine is not None and corpus is None
    folder = Path(given.engine) if elsewhere else corpus if corpus is not None else SEEDS
    _check_apart(folder, audit=given.audit, history=given.history, feedback=given.feedback)
    options = Options(
        host=given.host,
        port=given.port,
        allowed_hosts=_listed(given.allowed_hosts),
        trusted_proxies=_listed(given.trusted_proxies),
        root_path=_path(given.root_path),
        auth=_auth(given.auth if given.auth is not None else os.environ.get(AUTH)),
        originals=None if elsewhere else folder if folder.is_dir() else folder.parent,
        examples=_examples(given.examples),
        log_questions=given.log_questions,
        max_upload=round(given.max_upload * 1e6),
        shared_uploads=given.shared_uploads,
        mcp=given.mcp,
        questions=given.questions if given.questions is not None else _questions(folder),
        feedback=given.feedback if given.feedback is not None else feedback_file(folder),
        audit=given.audit,
        history=given.history,
    )
    return Arguments(
        corpus, given.index, given.encoder, given.reader, given.ocr, given.engine, options
    )


def _check_apart(folder: Path, **written: Path | None) -> None:
    """Raise QuotewellError where what is written would be among the documents, and asked itself."""
    for name, path in written.items():
        if path is not None and folder.is_dir() and path.resolve().is_relative_to(folder.resolve()):
            raise QuotewellError(
                f"--{name} {path}: among the documents of {folder} it would be indexed itself; "
                "name a place elsewhere"
            )


def _listed(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _path(given: str) -> str:
    """Return where a proxy shows the page, "" for its root; raises QuotewellError for no path."""
    path = given.rstrip("/")
    if path and not re.fullmatch(r"(/[\w.~-]+)+", path, re.ASCII):
        raise QuotewellError("--root-path takes a path such as /quotes")
    return path


def _questions(folder: Path) -> Path | None:
    """Return the test questions that come with the seeds."""
    file = SEEDS.parent / "tests" / "questions.jsonl"
    return file if folder.resolve() == SEEDS.resolve() and file.exists() else None


def _auth(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    user, colon, password = given.partition(":")
    if not (user and colon and password):
        raise QuotewellError(f"--auth and ${AUTH} take USER:PASS, with a colon between the two")
    return user, password


def _examples(file: Path | None) -> tuple[str, ...] | None:
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuotewellError(f"{file}: cannot be read as a list of questions ({error})") from None
    return tuple(line.strip() for line in lines if line.strip())
