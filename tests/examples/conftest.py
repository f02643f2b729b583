"""Tests of worked programs look at their pages too."""

from tests.support.server import client

__all__ = ["client"]
