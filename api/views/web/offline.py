"""Reading without a network: the manifest of an installed site, and the worker that keeps the pages that were read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from api.views.assets import Asset
from api.views.languages import LANGUAGES

# The ways to what is kept.
KEPT_AT_ONCE = [f"{language.root}{path}" for language in LANGUAGES.values() for path in ("/", "/modules.html")]

NOT_READ = ("worker.js", "preview.js")


def manifest(assets: Mapping[str, Asset]) -> str:
    """What a browser needs to install the site."""
    icon = {"src": assets["icon.svg"].address, "sizes": "any", "type": "image/svg+xml"}
    return json.dumps(
        {
            "name": "twintensor: PyTorch and TensorFlow, call by call",
            "short_name": "twintensor",
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "icons": [icon],
        }
    )


def worker(assets: Mapping[str, Asset], dataset: str) -> str:
    """The script of the worker; another dataset is another script, so that browsers take the new one."""
    kept = [*KEPT_AT_ONCE, *(asset.address for name, asset in assets.items() if name not in NOT_READ)]
    told = f"const VERSION = {json.dumps(dataset)};\nconst AT_ONCE = {json.dumps(kept)};\n"
    return told + assets["worker.js"].body.decode()
