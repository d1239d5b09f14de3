"""The graph: listen, assess, then one of four ways to reply."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.graph.assess import assess
from agent.graph.listen import listen
from agent.graph.speak import advise, answer, ask, notice
from agent.graph.state import Context, State

Graph = CompiledStateGraph[State, Context, State, State]


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Put the nodes together; one run is one turn."""
    builder = StateGraph(State, context_schema=Context)
    builder.add_node("listen", listen)
    builder.add_node("assess", assess)
    builder.add_node("ask", ask)
    builder.add_node("advise", advise)
    builder.add_node("answer", answer)
    builder.add_node("notice", notice)
    builder.add_edge(START, "listen")
    builder.add_edge("listen", "assess")
    for reply in ("ask", "advise", "answer", "notice"):
        builder.add_edge(reply, END)
    return builder.compile(checkpointer=checkpointer)
