"""Tests of the server have one to ask."""

from tests.support.server import client, live

__all__ = ["client", "live"]
