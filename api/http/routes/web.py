"""What crawlers, browsers and readers offline look for beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.http.services import BY_HOST, pages_of, services_of, site_of
from api.views.languages import LANGUAGES
from api.views.web.addresses import ONE_LANGUAGE, addresses
from api.views.web.feed import feed
from api.views.web.offline import manifest, worker
from loader.publish.document import ChangeList

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt")
async def get_robots(request: Request) -> Response:
    """Everything may be read; search results are found through the pages that they lead to."""
    site = site_of(request)
    return PlainTextResponse(
        f"User-agent: *\nDisallow: /search\nDisallow: /map\n\nSitemap: {site}/sitemap.xml\n", headers=BY_HOST
    )


@router.get("/sitemap.xml")
async def get_sitemap(request: Request) -> Response:
    services = services_of(request)
    site = site_of(request)
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
    site = escape(site_of(request))
    return _xml(
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "<ShortName>twintensor</ShortName>\n"
        "<Description>PyTorch and TensorFlow, call by call</Description>\n"
        f'<Url type="text/html" template="{site}/?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n",
        "application/opensearchdescription+xml",
    )


@router.get("/changes.atom")
async def get_feed(request: Request) -> Response:
    """What each new dataset changed, for readers of feeds."""
    changes = ChangeList.model_validate_json(services_of(request).catalogue.page("changes")).changes
    return _xml(feed(changes, site_of(request)), "application/atom+xml")


@router.get("/manifest.webmanifest")
async def get_manifest(request: Request) -> Response:
    """Lets the pages be installed; what was read once is read without a network too."""
    return Response(manifest(pages_of(request).assets), media_type="application/manifest+json")


@router.get("/worker.js")
async def get_worker(request: Request) -> Response:
    """The worker that keeps pages, at the root because it may answer only what lies below it."""
    pages = pages_of(request)
    script = worker(pages.assets, services_of(request).catalogue.about.dataset)
    policy = {"Content-Security-Policy": "default-src 'self'"}  # it asks for all that pages ask for
    return Response(script, media_type="text/javascript", headers=policy)


def _xml(body: str, media_type: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', media_type=media_type, headers=BY_HOST)
