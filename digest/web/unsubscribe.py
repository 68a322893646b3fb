"""Unsubscribe with one button on a page, or with the one click of a mail program (RFC 8058).

Virus scanners open every link in a mail, so GET only shows the button. POST ends the subscription, with any body,
without cookies and without a redirect. It can be sent more than once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.address import stored_address

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from digest.app import App
    from digest.web.notice import Notices

__all__ = ["Unsubscribe"]


class Unsubscribe:
    """Answers ``/unsubscribe/<token>``. The token is the only authentication."""

    def __init__(self, app: App, notices: Notices) -> None:
        self._app = app
        self._notices = notices

    def ask(self, request: Request) -> Response:
        """Show the button, or say that the subscription has already ended."""
        address = self._address(request)
        if address is None:
            return self._unknown(request)
        if not self._app.store.is_subscribed(address):
            return self._ended(request, address)
        return self._notices.page(
            request,
            "Unsubscribe",
            f"Stop sending {self._app.settings.digest.title} to {address}?",
            template="web/unsubscribe.html",
        )

    def end(self, request: Request) -> Response:
        """End the subscription."""
        address = self._address(request)
        if address is None:
            return self._unknown(request)
        self._app.store.unsubscribe(address, self._app.clock())
        return self._ended(request, address)

    def _ended(self, request: Request, address: str) -> Response:
        return self._notices.page(
            request, "You are unsubscribed", f"{address} will get no more mail from {self._app.settings.digest.title}."
        )

    def _address(self, request: Request) -> str | None:
        address = self._app.unsubscribe_tokens.read(request.path_params["token"])
        return address and stored_address(address)

    def _unknown(self, request: Request) -> Response:
        sentence = "It is incomplete or was not made here. Please use the link at the end of one of our mails."
        return self._notices.page(request, "This link does not work", sentence, status=404)
