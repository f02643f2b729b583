"""Settings of the server, from environment variables: `TWINTENSOR_DATABASE`, `TWINTENSOR_PORT`, ..."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"  # of the interfaces; the dataset has its own


class Settings(BaseSettings):
    """Every value has a default that suits a first start on one's own machine."""

    model_config = SettingsConfigDict(env_prefix="TWINTENSOR_", frozen=True)

    database: Path = Field(Path("build/twintensor.sqlite"), description="Written by `python -m loader build`.")
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, description="Processes that answer; one for each core is enough.")
    max_age: int = Field(3600, ge=0, description="Seconds for which an answer may be reused without asking again.")
    stale_while_revalidate: int = Field(86400, ge=0, description="Seconds for which a cache may show an old answer.")
    response_cache_megabytes: int = Field(16, ge=0, description="Memory for answers to give again; 0: none.")
    access_log: bool = Field(False, description="Log each request.")
    mcp_hosts: list[str] = Field(
        ["127.0.0.1:*", "localhost:*", "[::1]:*"],
        description="Host headers that /mcp answers, as JSON; `:*` for any port. Add the public name of the server.",
    )
    mcp_origins: list[str] = Field(
        ["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*"],
        description="Origin headers that /mcp answers, as JSON; a request without one is answered.",
    )
    repository: str = Field("", description="Address of the project's repository: pages then link to edit and report.")
    public_url: str = Field("http://127.0.0.1:8000", description="Where readers find the pages; links of /mcp.")
