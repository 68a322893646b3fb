"""What all formats of reference managers share."""

from __future__ import annotations

from digest.formats.references import reference


def test_links_lead_to_arxiv_else_to_the_page_else_to_the_doi() -> None:
    def links(*ids: str, address: str = "") -> str | None:
        made = reference(title="Tides", abstract="", authors=(), published=None, listed=None, ids=ids, mentions=(),
                         addresses=(address,))  # fmt: skip
        return made.links.abstract

    assert links("2611.04217", "10.1000/182", address="https://fen.example") == "https://arxiv.org/abs/2611.04217"
    assert links("10.1000/182", address="https://fen.example") == "https://fen.example"
    assert links("10.1000/182", address="javascript:alert(1)") == "https://doi.org/10.1000/182"
    assert links("10.1000/A#b?c<1>%2F") == "https://doi.org/10.1000/a%23b%3Fc%3C1%3E%252f"
    assert links() is None
