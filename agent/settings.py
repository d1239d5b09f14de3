"""Settings from the environment (and `.env`): read once by an entry point, handed down, never read again."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge import PACKAGED


class Settings(BaseSettings):
    """Nothing needs setting: without a key the embedded engine answers."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    gapwise_model: str | None = None
    gapwise_engine: Literal["auto", "embedded", "openai"] = "auto"
    gapwise_home: Path = Path.home() / ".gapwise"
    gapwise_embedding_model: str = PACKAGED
    gapwise_database_url: SecretStr | None = None
    gapwise_deadline_seconds: float = 20.0

    @property
    def engine(self) -> Literal["embedded", "openai"]:
        """The engine that answers; `auto` uses a model only where both an endpoint and a model are named."""
        if self.gapwise_engine != "auto":
            return self.gapwise_engine
        endpoint = self.openai_api_key or self.openai_base_url
        return "openai" if endpoint and self.gapwise_model else "embedded"
