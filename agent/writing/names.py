"""How gaps, levers and times are called in front of people."""

LEVERS = {
    "prompt_engineering": "Prompt engineering",
    "full_context": "The whole text in the prompt",
    "rag": "Retrieval (RAG)",
    "improve_retrieval": "Mend the retrieval",
    "fine_tuning": "Fine-tuning",
    "distillation": "Distillation",
    "right_size": "A smaller model or setting",
    "measure_first": "Measure first",
    "tool_use": "Calls to live systems",
    "human_review": "A verifier and a person in the loop",
    "out_of_scope": "Leave it as it is",
}
PRIMARIES = {
    "instruction": "an instruction gap",
    "knowledge": "a knowledge gap",
    "behavior": "a behaviour gap",
    "efficiency": "an efficiency gap",
    "knowledge+behavior": "a knowledge gap and a behaviour gap",
    "none": "no gap that one of these tools would close",
}
GAPS = {
    "instruction": "Instruction",
    "knowledge": "Knowledge",
    "behavior": "Behaviour",
    "efficiency": "Efficiency",
}
TIMES = {"now": "Now", "next": "Next", "later": "Later"}
