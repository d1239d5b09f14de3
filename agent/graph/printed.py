"""The picture of the graph, drawn from the graph itself."""

from agent.graph.build import build_graph


def graph_markdown() -> str:
    """A page with the graph as a Mermaid diagram."""
    drawn = build_graph().get_graph().draw_mermaid().replace("<p>", "").replace("</p>", "")
    return (
        "# How a turn flows\n\nDrawn by `make docs` from the graph; a test compares the two.\n\n"
        f"```mermaid\n{drawn.strip()}\n```\n"
    )
