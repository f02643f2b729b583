"""Settings of the server, from environment variables: `TWINTENSOR_DATABASE`, `TWINTENSOR_PORT`, ..."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _words(given: object) -> object:
    """`a, b` and `["a", "b"]`, as an environment variable has them."""
    if not isinstance(given, str) or given.lstrip().startswith("["):
        return json.loads(given) if isinstance(given, str) else given
    return [word.strip() for word in given.split(",") if word.strip()]


def _host(given: str) -> str:
    """An address to listen on. Nothing would mean every one to the system, which nobody says by saying nothing."""
    host = given.strip().removeprefix("[").removesuffix("]")
    if not host:
        raise ValueError("an empty host would listen on all addresses: write 127.0.0.1, or 0.0.0.0 for all")
    return host


Words = Annotated[list[str], NoDecode, BeforeValidator(_words)]
Host = Annotated[str, AfterValidator(_host)]

VERSION = "0.1.0"  # of the interfaces; the dataset has its own


class Settings(BaseSettings):
    """Every value has a default that suits a first start on one's own machine."""

    model_config = SettingsConfigDict(env_prefix="TWINTENSOR_", frozen=True)

    database: Path = Field(Path("build/twintensor.sqlite"), description="Written by `python -m loader build`.")
    host: Host = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, description="Processes that answer; one for each core is enough.")
    max_age: int = Field(3600, ge=0, description="Seconds for which an answer may be reused without asking again.")
    stale_while_revalidate: int = Field(86400, ge=0, description="Seconds for which a cache may show an old answer.")
    response_cache_megabytes: int = Field(16, ge=0, description="Memory for answers to give again; 0: none.")
    access_log: bool = Field(False, description="Log each request.")
    mcp_hosts: Words = Field(
        ["127.0.0.1:*", "localhost:*", "[::1]:*"],
        description="Host headers that /mcp answers, with commas between them or as JSON; `:*` for any port. "
        "Add the public name of the server.",
    )
    mcp_origins: Words = Field(
        ["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*"],
        description="Origin headers that /mcp answers, written likewise; a request without one is answered.",
    )
    preview: bool = Field(False, description="Pages load themselves again when the dataset is another one.")
    repository: str = Field("", description="Address of the project's repository: pages then link to edit and report.")
    public_url: str = Field(
        "http://127.0.0.1:8000",
        description="Where readers find the pages: addresses in answers; unsaid: the host that was asked.",
    )
