"""The advisor, opened once for all tabs of the page."""

import gc
import threading

import streamlit as st
from pydantic import ValidationError

from agent import Advisor, ConfigurationError, Settings, warm_in_background


def open_advisor() -> Advisor:
    """The advisor, as the settings say.

    Raises:
        KnowledgeError: the library cannot be opened.
        AdvisorError: the conversations cannot be kept, or a setting cannot be used.
    """
    return _advisor(settings())


def settings() -> Settings:
    """The settings from the environment.

    Raises:
        ConfigurationError: one has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "A setting"
        raise ConfigurationError(f"{name} has a value that cannot be used: {first['msg']}.") from None


@st.cache_resource(show_spinner="Opening the library…", on_release=Advisor.close)
def _advisor(chosen: Settings) -> Advisor:
    advisor = Advisor.open(chosen)
    loading = warm_in_background(advisor)
    threading.Thread(target=_settle, args=(loading,), name="settle", daemon=True).start()
    return advisor


def _settle(loading: threading.Thread) -> None:
    """Take the loaded models out of the garbage collector's sight: Streamlit runs it in full after every run."""
    loading.join()
    gc.collect()
    gc.freeze()
