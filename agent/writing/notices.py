"""Plain words for messages that are no part of the interview."""

NOTICES = {
    "greeting": "Hello. Tell me what your LLM application does and where it disappoints; I ask a few questions and then recommend what to do, with sources.",
    "thanks": "You are welcome.",
    "abuse": "I understand that this is annoying. Tell me what goes wrong and I will do my best to help.",
    "off_topic": "That is outside what I can help with; I work out why an LLM application disappoints and what to do about it.",
    "injection": "I take messages as a description of your case, not as instructions to me; nothing has changed.",
    "dont_know": "That is fine. The recommendation stands on what is known, and it names what it had to assume.",
    "foreign": "I read English only so far; please say it in English.",
    "asks_back": "The line below says why I ask. “I don't know” is an answer too; then you hear how to find out.",
    "unread": "I could not make out anything about your application in that. Plain words are fine: what does it do, and what goes wrong?",
}
