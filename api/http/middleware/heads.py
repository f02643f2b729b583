"""Rules for the head of an answer, each a function of the request and of what the rules before it left.

All of them are applied in one pass: a middleware for each would wrap every message once more.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from starlette.types import Message, Scope

Headers = list[tuple[bytes, bytes]]
Rule = Callable[[Scope, Message], None]  # changes the start of an answer, whose list of headers is its own

EVERYWHERE = (
    (b"access-control-allow-origin", b"*"),  # pages of any origin may read it
    (b"access-control-expose-headers", b"ETag, Mcp-Session-Id, Retry-After"),
    (b"x-content-type-options", b"nosniff"),  # a browser takes it for what it says it is
)
# Data: nothing in it may run or load. Pages bring a policy of their own.
POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_KEPT_BY_304 = frozenset((b"etag", b"cache-control", b"vary", b"content-location", b"date"))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


def conditional(*, version: str, max_age: int, stale_while_revalidate: int) -> Rule:
    """Weak ETags, 304 and Cache-Control for every successful answer.

    Answers are a function of dataset, path and query, so their ETag is made of these and nothing is hashed twice.
    A response that brings its own Cache-Control (health checks, errors) passes unchanged.
    """
    policy = f"public, max-age={max_age}, stale-while-revalidate={stale_while_revalidate}"
    cache_control = (b"cache-control", policy.encode())
    dataset = version.encode()

    def rule(scope: Scope, start: Message) -> None:
        if start["status"] != 200 or scope["method"] not in ("GET", "HEAD"):
            return
        headers: Headers = start["headers"]
        if _value(headers, b"cache-control") is not None:
            return
        # The content type takes part: one address may have several representations.
        kind = _value(headers, b"content-type") or b""
        parts = b"\0".join((dataset, scope["raw_path"], scope["query_string"], kind))
        tag = b'W/"%s"' % blake2b(parts, digest_size=8).hexdigest().encode()
        headers += ((b"etag", tag), cache_control)
        if _asks_for(scope, tag):
            start["status"] = 304
            start["headers"] = [header for header in headers if header[0] in _KEPT_BY_304]

    return rule


def everywhere(_: Scope, start: Message) -> None:
    """The same headers on every answer, asked for or not: so a shared cache may give one answer to all.

    (Starlette's CORS varies its answer with the origin, and takes ten times as long.)
    """
    headers: Headers = start["headers"]
    headers += EVERYWHERE
    # A 304 has no policy: it would take the place of that of the page which the reader has.
    if start["status"] != 304 and _value(headers, POLICY[0]) is None:
        headers.append(POLICY)


def varying_by_coding(_: Scope, start: Message) -> None:
    """An answer varies by coding and tells so, in any coding and without a body too."""
    if start["status"] in _REDIRECTS:
        return
    headers: Headers = start["headers"]
    told = [value for name, value in headers if name == b"vary"]
    if not told:
        headers.append((b"vary", b"Accept-Encoding"))
    elif b"accept-encoding" not in (together := b", ".join(told)).lower():
        start["headers"] = [header for header in headers if header[0] != b"vary"]
        start["headers"].append((b"vary", together + b", Accept-Encoding"))


def _value(headers: Headers, wanted: bytes) -> bytes | None:
    for name, value in headers:
        if name == wanted:
            return value
    return None


def _asks_for(scope: Scope, tag: bytes) -> bool:
    """Whether the client already has this answer. Weak comparison: `W/` does not count."""
    given = _value(scope["headers"], b"if-none-match")
    if given is None:
        return False
    opaque = tag.removeprefix(b"W/")
    return any(one.strip().removeprefix(b"W/") in (opaque, b"*") for one in given.split(b","))
