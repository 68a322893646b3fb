"""The end of a subscription: one page with one button, and the one click that mail programs make (RFC 8058).

Programs that look for evil follow every link of a mail: GET shows the button and changes nothing. A POST ends the
subscription, whatever its body, without cookies and without a redirect, and as often as it is sent.
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
    """Answers at ``/unsubscribe/<token>``; the token is the only proof that is asked for."""

    def __init__(self, app: App, notices: Notices) -> None:
        self._app = app
        self._notices = notices

    def ask(self, request: Request) -> Response:
        """Show the button, or that it was pressed already."""
        address = self._address(request)
        if address is None:
            return self._unknown(request)
        if not self._app.store.is_subscribed(address):
            return self._ended(request, address)
        return self._notices.page(
            request,
            "Unsubscribe",
            f"{self._app.settings.digest.title} goes to {address}. Press the button and it stops.",
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
            request, "You are unsubscribed", f"No more mail goes from {self._app.settings.digest.title} to {address}."
        )

    def _address(self, request: Request) -> str | None:
        address = self._app.unsubscribe_tokens.read(request.path_params["token"])
        return address and stored_address(address)

    def _unknown(self, request: Request) -> Response:
        sentence = "This link is not whole, or not from here. Open the one at the end of any of our mails."
        return self._notices.page(request, "This link does not work", sentence, status=404)
