"""What can go wrong in the advisor; every message is one sentence that says what to do.

AdvisorError
├── BadInput             the message cannot be taken: empty, too long, a turn id used twice
├── UnknownConversation  no conversation of this id
├── StoreUnavailable     conversations cannot be kept: no room, no permission, a damaged file
├── ConfigurationError   a setting contradicts itself
└── EngineFault          the language model did not give what was asked; answered by the embedded engine
"""


class AdvisorError(Exception):
    """Base of everything that the advisor raises on purpose."""


class BadInput(AdvisorError):
    """The message cannot be taken as a turn."""


class UnknownConversation(AdvisorError):
    """There is no conversation of this id."""


class StoreUnavailable(AdvisorError):
    """The conversations cannot be read or written."""


class ConfigurationError(AdvisorError):
    """A setting contradicts itself or names something that is not there."""


class EngineFault(AdvisorError):
    """The language model failed, was late, or said something that cannot be used."""
