"""/docs and /redoc: the OpenAPI document for people. Scripts come from this server, the one inline is named by hash."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse, Response

from api.http.services import pages_of

OPENAPI = "/openapi.json"
FILES = "/static-offline-docs"  # where fastapi-offline puts them
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
BACK = '<nav class="back" aria-label="Site"><a href="/">twintensor</a> <a href="/modules.html">Modules</a></nav>'
# Both programs write styles into the page; ReDoc searches in a worker that it makes itself.
_POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title="twintensor",
        swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{FILES}/favicon.png",
    )
    return _completed(request, page)


@router.get("/redoc")
async def get_redoc(request: Request) -> Response:
    page = get_redoc_html(
        openapi_url=OPENAPI,
        title="twintensor",
        redoc_js_url=f"{FILES}/redoc.standalone.js",
        redoc_favicon_url=f"{FILES}/favicon.png",
        with_google_fonts=False,
    )
    return _completed(request, page)


def _completed(request: Request, page: HTMLResponse) -> Response:
    """FastAPI's page with a way back, our colours for it, and a policy."""
    assets = pages_of(request).assets
    script, style = assets["docs.js"].address, assets["docs.css"].address
    body = bytes(page.body).decode().replace("<html>", '<html lang="en">').replace("<body>", f"<body>{BACK}")
    body = body.replace("</head>", f'<script src="{script}"></script><link rel="stylesheet" href="{style}"></head>')
    found = [b64encode(sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(body)]
    hashes = "".join(f" 'sha256-{value}'" for value in found)
    return HTMLResponse(body, headers={"Content-Security-Policy": _POLICY.format(hashes=hashes)})
