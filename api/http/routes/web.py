"""What crawlers, browsers and readers offline look for beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.http.services import pages_of, services_of
from api.views.addresses import ONE_LANGUAGE, addresses
from api.views.languages import LANGUAGES

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt")
async def get_robots(request: Request) -> Response:
    """Everything may be read; search results are found through the pages that they lead to."""
    site = pages_of(request).public_url
    return PlainTextResponse(f"User-agent: *\nDisallow: /search\nDisallow: /map\n\nSitemap: {site}/sitemap.xml\n")


@router.get("/sitemap.xml")
async def get_sitemap(request: Request) -> Response:
    services = services_of(request)
    site = pages_of(request).public_url
    entries = "".join(entry for path in addresses(services.catalogue) for entry in _entries(site, path))
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return _xml(f"<urlset {spaces}>\n{entries}</urlset>\n", "application/xml")


def _entries(site: str, path: str) -> Iterator[str]:
    """The entry of a page in each language, each with the addresses of all of them."""
    if path in ONE_LANGUAGE:
        yield f"<url><loc>{escape(site + path)}</loc></url>\n"
        return
    found = {language.tag: escape(f"{site}{language.root}{path}") for language in LANGUAGES.values()}
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href="{url}"/>' for tag, url in found.items())
    for url in found.values():
        yield f"<url><loc>{url}</loc>{links}</url>\n"


@router.get("/opensearch.xml")
async def get_opensearch(request: Request) -> Response:
    """Lets a browser search here from its address bar."""
    site = escape(pages_of(request).public_url)
    return _xml(
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "<ShortName>twintensor</ShortName>\n"
        "<Description>PyTorch and TensorFlow, call by call</Description>\n"
        f'<Url type="text/html" template="{site}/?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n",
        "application/opensearchdescription+xml",
    )


def _xml(body: str, media_type: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', media_type=media_type)
