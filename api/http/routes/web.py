"""What crawlers, browsers and readers offline look for beside the pages."""

from __future__ import annotations

from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.http.services import services_of
from api.views.addresses import addresses

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt")
async def get_robots(request: Request) -> Response:
    """Everything may be read; search results are found through the pages that they lead to."""
    site = services_of(request).pages.public_url
    return PlainTextResponse(f"User-agent: *\nDisallow: /search\nDisallow: /map\n\nSitemap: {site}/sitemap.xml\n")


@router.get("/sitemap.xml")
async def get_sitemap(request: Request) -> Response:
    services = services_of(request)
    site = services.pages.public_url
    entries = "".join(f"<url><loc>{escape(site + path)}</loc></url>\n" for path in addresses(services.catalogue))
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return _xml(f'<urlset xmlns="{namespace}">\n{entries}</urlset>\n', "application/xml")


@router.get("/opensearch.xml")
async def get_opensearch(request: Request) -> Response:
    """Lets a browser search here from its address bar."""
    site = escape(services_of(request).pages.public_url)
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
