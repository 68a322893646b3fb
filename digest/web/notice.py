"""Pages with one sentence and at most one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from digest.renderers.environment import environment, render
from digest.renderers.page import profile_view
from digest.renderers.view import SiteInfo

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from digest.app import App

__all__ = ["Notices"]


class Notices:
    """Makes the pages from ``web/notice.html`` and ``web/unsubscribe.html``, in the style of the site."""

    def __init__(self, app: App) -> None:
        digest = app.settings.digest
        self._site = SiteInfo(title=digest.title, base_url=digest.base_url, language=digest.language)
        self._environment = environment(app.settings.output.templates)
        self._profiles = app.configured

    def page(
        self, request: Request, heading: str, sentence: str, *, template: str = "web/notice.html", status: int = 200
    ) -> Response:
        """A response that is not cached. Its links are relative, so the site may be in any folder of a server."""
        up = "../" * (request.url.path.count("/") - 1)
        html = render(
            self._environment,
            template,
            site=self._site,
            root=up or "./",
            profiles=[profile_view(profile, f"{up}feeds") for profile in self._profiles],
            heading=heading,
            sentence=sentence,
        )
        return HTMLResponse(html, status, {"Cache-Control": "no-store"})
