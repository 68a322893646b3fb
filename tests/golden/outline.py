"""An HTML document as a strict reader sees it."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta"}


class Outline(HTMLParser):
    """Elements, links and text; ``faults`` names every element that is not closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    @property
    def links(self) -> list[str]:
        """Every ``href`` and ``src``."""
        return [value or "" for _, attrs in self.elements for name, value in attrs.items() if name in {"href", "src"}]

    @property
    def handlers(self) -> list[str]:
        """Every attribute that would run a script."""
        return [name for _, attrs in self.elements for name in attrs if name.startswith("on")]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attrs for found, attrs in self.elements if found == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]} closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data
