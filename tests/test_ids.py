"""One paper has one id, however it is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.ids import arxiv_id, arxiv_links, doi, doi_link, web_url
from digest.model import Links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2508.13426", ("2508.13426", None)),
        ("2508.13426v1", ("2508.13426", 1)),
        ("2508.13426V12", ("2508.13426", 12)),
        (" 2508.13426\n", ("2508.13426", None)),
        ("0704.0001", ("0704.0001", None)),
        ("1412.9999v3", ("1412.9999", 3)),
        ("hep-th/9901001", ("hep-th/9901001", None)),
        ("hep-th/9901001v2", ("hep-th/9901001", 2)),
        ("Hep-Th/9901001", ("hep-th/9901001", None)),
        ("math.GT/0309136", ("math/0309136", None)),
        ("arXiv:2508.13426v1", ("2508.13426", 1)),
        ("arXiv: 2508.13426", ("2508.13426", None)),
        ("arXiv:hep-th/9901001v2", ("hep-th/9901001", 2)),
        ("arXiv:2508.13426v1 [cs.CL] 19 Aug 2025", ("2508.13426", 1)),
        ("oai:arXiv.org:2508.13426v1", ("2508.13426", 1)),
        ("oai:arXiv.org:astro-ph/0601001", ("astro-ph/0601001", None)),
        ("http://arxiv.org/abs/2508.13426v2", ("2508.13426", 2)),
        ("https://www.arxiv.org/abs/2508.13426?context=cs#top", ("2508.13426", None)),
        ("https://export.arxiv.org/abs/quant-ph/0201082v1", ("quant-ph/0201082", 1)),
        ("arxiv.org/abs/2508.13426/", ("2508.13426", None)),
        ("https://arxiv.org/pdf/2508.13426v1.pdf", ("2508.13426", 1)),
        ("https://arxiv.org/pdf/2508.13426", ("2508.13426", None)),
        ("https://arxiv.org/html/2508.13426v1", ("2508.13426", 1)),
        ("https://ar5iv.labs.arxiv.org/html/2508.13426", ("2508.13426", None)),
        ("https://huggingface.co/papers/2508.13426", ("2508.13426", None)),
        ("https://hf.co/papers/2508.13426#community", ("2508.13426", None)),
        ("10.48550/arXiv.2508.13426", ("2508.13426", None)),
        ("https://doi.org/10.48550/arxiv.hep-th/9901001", ("hep-th/9901001", None)),
    ],
)
def test_every_spelling_gives_the_id_and_its_version(text: str, expected: tuple[str, int | None]) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9901001",
        "hep-th",
        "novel-th/9901001",
        "hep-th/9913001",
        "1234.5678",
        "2508.1342",
        "0808.05394",
        "2508.134267",
        "2508.13426v0",
        "2508.13426v",
        "12508.13426",
        "see 2508.13426",
        "2508.13426 and 2508.13427",
        "2508.13426.zip",
        "https://example.org/abs/2508.13426",
        "https://notarxiv.org/abs/2508.13426",
        "https://arxiv.org/list/2508.13426",
        "https://evil.example/?u=https://arxiv.org/abs/2508.13426",
        "10.1000/2508.13426",
        "٢٥٠٨.١٣٤٢٦",
        "1" * 100_000,
        "arxiv:" * 100_000,
    ],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert arxiv_id(text) is None


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    found = arxiv_id(text)
    assert found is None or arxiv_id(found[0]) == (found[0], None)


def test_the_links_lead_to_the_newest_version() -> None:
    assert arxiv_links("hep-th/9901001") == Links(
        abstract="https://arxiv.org/abs/hep-th/9901001", pdf="https://arxiv.org/pdf/hep-th/9901001"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1000/182", "10.1000/182"),
        ("10.1103/PhysRevD.76.013009", "10.1103/physrevd.76.013009"),
        ("doi: 10.1000/ABC.", "10.1000/abc"),
        ("https://doi.org/10.1000/a%2Fb", "10.1000/a/b"),
        ("http://dx.doi.org/10.1000/182", "10.1000/182"),
        ("info:doi/10.1000/182", "10.1000/182"),
        ("10.1000/first 10.1000/second", "10.1000/first"),
        ("10.1000/first, 10.1000/second", "10.1000/first"),
        ("10.1016/S0022(05)80002-9", "10.1016/s0022(05)80002-9"),
        ("10.48550/arXiv.2508.13426", None),
        ("https://doi.org/10.48550/arXiv.2508.13426", None),
        ("182", None),
        ("10.1000/", None),
        ("10.1000", None),
        ("nan", None),
        ("", None),
        ("10.1000/" + "x" * 100_000, None),
    ],
)
def test_dois_are_bare_and_in_lower_case(text: str, expected: str | None) -> None:
    assert doi(text) == expected


@pytest.mark.parametrize(
    "name", ["10.1000/182", "10.1000/a#b", "10.1000/a?b%2fc", "10.1002/(sici)53:5<453::aid>3.0.co;2-#"]
)
def test_the_link_of_a_doi_leads_to_that_doi(name: str) -> None:
    link = doi_link(name)
    assert web_url(link) == link
    assert doi(link) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        (" http://example.org ", "http://example.org"),
        ("http://example.org:8080/[x]", "http://example.org:8080/[x]"),
        ("https://bücher.example:81/straße?ä=%20", "https://xn--bcher-kva.example:81/stra%C3%9Fe?%C3%A4=%20"),
        ("HTTPS://Example.org/A", "HTTPS://Example.org/A"),
        ("www.example.org", None),
        ("//example.org/a", None),
        ("/papers/1", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("ftp://example.org/a", None),
        ("http://\xb8", None),
        ("https://", None),
        ("https:///path", None),
        ("https://example.org/a b", None),
        ("https://example.org/\x00", None),
        ('https://example.org/"><script>', None),
        ("https://user:secret@example.org/", None),
        ("https://[::1", None),
        ("https://example.org:port/", None),
        ("https://example.org/\ud800", None),
        ("https://example.org/" + "x" * 100_000, None),
        ("N/A", None),
        ("", None),
    ],
)
def test_links_are_web_addresses_or_nothing(text: str, expected: str | None) -> None:
    assert web_url(text) == expected


@given(st.text() | st.text().map(lambda rest: f"https://example.org/{rest}") | st.text().map(lambda s: f"http://{s}/"))
def test_any_text_is_an_address_in_ascii_or_none(text: str) -> None:
    url = web_url(text)
    assert url is None or (url.isascii() and web_url(url) == url)
