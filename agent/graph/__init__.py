"""The conversation as a LangGraph graph: one run a turn."""
