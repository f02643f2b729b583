"""/docs and /redoc: the OpenAPI document for people. Scripts come from this server, the one inline is named by hash."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse, Response

OPENAPI = "/openapi.json"
FILES = "/static-offline-docs"  # where fastapi-offline puts them
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
# Both programs write styles into the page; ReDoc searches in a worker that it makes itself.
_POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def get_docs() -> Response:
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title="twintensor",
        swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{FILES}/favicon.png",
    )
    return _with_policy(page)


@router.get("/redoc")
async def get_redoc() -> Response:
    page = get_redoc_html(
        openapi_url=OPENAPI,
        title="twintensor",
        redoc_js_url=f"{FILES}/redoc.standalone.js",
        redoc_favicon_url=f"{FILES}/favicon.png",
        with_google_fonts=False,
    )
    return _with_policy(page)


def _with_policy(page: HTMLResponse) -> Response:
    found = [b64encode(sha256(script).digest()).decode() for script in _SCRIPT.findall(bytes(page.body))]
    hashes = "".join(f" 'sha256-{value}'" for value in found)
    page.headers["Content-Security-Policy"] = _POLICY.format(hashes=hashes)
    return page
