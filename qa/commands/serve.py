"""`qa serve`: the web page."""

import typer

from qa.requirements import require_extra


def run(context: typer.Context) -> None:
    """Serve the web page: --corpus, --host, --port, --auth and more; --help lists all."""
    require_extra("ui", "qa serve")
    from qa.web.serving import main  # noqa: PLC0415  (Gradio takes seconds to import)

    raise typer.Exit(main(context.args))
