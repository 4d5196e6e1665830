"""Swagger UI from packaged files, under a policy without inline script."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, send_from_directory

ROOT = "/docs"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Swagger UI writes style attributes; scripts come from files alone."""
ASSETS = frozenset(
    {
        "swagger-ui.css",
        "index.css",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "favicon-16x16.png",
        "favicon-32x32.png",
    }
)
_FOLDER = str(files("flask_swagger_ui").joinpath("dist"))
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>finproc API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/index.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
"""

blueprint = Blueprint("documentation", __name__, url_prefix=ROOT)


@blueprint.get("", strict_slashes=False)
def page() -> Response:
    """The page."""
    return _guarded(Response(_PAGE, content_type="text/html; charset=utf-8"))


@blueprint.get("/start.js")
def start() -> Response:
    """What starts Swagger UI: a file of its own, since the policy forbids inline script."""
    return _guarded(Response(_START, content_type="text/javascript; charset=utf-8"))


@blueprint.get("/<any({}):name>".format(", ".join(f'"{name}"' for name in sorted(ASSETS))))
def asset(name: str) -> Response:
    """One of Swagger UI's files."""
    return _guarded(send_from_directory(_FOLDER, name, max_age=3600))


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
