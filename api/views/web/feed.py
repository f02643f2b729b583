"""The feed of changes, as Atom."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from loader.publish.document import Change

MOST_NAMES = 200  # of one list in one entry
NONE_YET = "1970-01-01T00:00:00Z"
_KINDS = ("added", "changed", "removed")


def feed(changes: list[Change], site: str) -> str:
    """The document; addresses in it begin with `site`."""
    updated = changes[0].at if changes else NONE_YET
    entries = "".join(_entry(change, site) for change in changes)
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom">\n'
        "<title>twintensor: what changed</title>\n"
        "<id>tag:twintensor,2026:changes</id>\n"
        f"<updated>{updated}</updated>\n"
        "<author><name>twintensor</name></author>\n"
        f'<link rel="self" href="{escape(site)}/changes.atom"/>\n'
        f'<link rel="alternate" type="text/html" href="{escape(site)}/"/>\n'
        f"{entries}</feed>\n"
    )


def _entry(change: Change, site: str) -> str:
    counts = [(kind, len(getattr(change, kind))) for kind in _KINDS]
    told = ", ".join(f"{count} {kind}" for kind, count in counts if count)
    return (
        "<entry>\n"
        f"<title>Mappings: {told}</title>\n"
        f"<id>tag:twintensor,2026:changes/{change.at}</id>\n"
        f"<updated>{change.at}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{escape(site)}/"/>\n'
        f'<content type="html">{escape("".join(_content(change, site)))}</content>\n'
        "</entry>\n"
    )


def _content(change: Change, site: str) -> Iterator[str]:
    for kind in _KINDS:
        names = getattr(change, kind)
        if not names:
            continue
        shown = names[:MOST_NAMES]
        links = shown if kind == "removed" else [f'<a href="{escape(site)}/{name}">{name}</a>' for name in shown]
        more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
        yield f"<p>{kind.capitalize()}: {', '.join(links)}{more}.</p>"
