"""What can go wrong in the library; every message is one sentence that says what to do.

KnowledgeError
├── CorpusError      the shipped texts do not pass their own checks
├── ModelError       the embedding model is missing or is not the one that was verified
├── IndexUnavailable the index cannot be built or read where it should lie
└── DocumentError    a document of the team cannot be read, or there is none of this name
"""


class KnowledgeError(Exception):
    """Base of everything that the library raises on purpose."""


class CorpusError(KnowledgeError):
    """The corpus has faults; the message lists all of them with file and line."""


class ModelError(KnowledgeError):
    """The embedding model is missing, damaged or unknown."""


class IndexUnavailable(KnowledgeError):
    """The index can be neither opened nor built."""


class DocumentError(KnowledgeError):
    """A document cannot be taken; the message goes on from its name ("is encrypted; …")."""
