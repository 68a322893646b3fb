"""The forms of an address at a scholarly site tell one id."""

from __future__ import annotations

import time

import pytest

from digest.formats.ids import doi
from digest.formats.sites import entry_id, site_ids

HASH = "0123456789abcdef0123456789abcdef01234567"
FORMS = {
    "openreview:AbCdEf12": [
        "https://openreview.net/forum?id=AbCdEf12",
        "https://openreview.net/pdf?id=AbCdEf12",
        "openreview.net/forum?id=AbCdEf12&noteId=xyz",
        "http://www.openreview.net/attachment?name=pdf&id=AbCdEf12",
    ],
    "biorxiv:2026.01.02.123456": [
        "https://www.biorxiv.org/content/10.1101/2026.01.02.123456v2.full.pdf",
        "https://www.biorxiv.org/content/10.64898/2026.01.02.123456v1",
        "https://www.biorxiv.org/cgi/content/short/2026.01.02.123456v1?rss=1",
        "https://www.medrxiv.org/content/early/2026/01/03/2026.01.02.123456",
        "10.1101/2026.01.02.123456",
        "https://doi.org/10.1101/2026.01.02.123456v1",
        "doi:10.64898/2026.01.02.123456",
    ],
    "acl:2026.acl-long.1": [
        "https://aclanthology.org/2026.acl-long.1/",
        "https://aclanthology.org/2026.acl-long.1.pdf",
        "http://aclanthology.org/2026.acl-long.1.bib",
        "10.18653/v1/2026.acl-long.1",
    ],
    "acl:p19-1001": ["https://www.aclweb.org/anthology/P19-1001.pdf", "https://aclanthology.org/P19-1001"],
    "pubmed:31234567": [
        "https://pubmed.ncbi.nlm.nih.gov/31234567/?utm_source=x",
        "https://www.ncbi.nlm.nih.gov/pubmed/31234567",
        "https://europepmc.org/article/MED/31234567",
        "PMID: 31234567",
        "pubmed:31234567",
    ],
    "pmc:7654321": [
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321/",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7654321/pdf/",
    ],
    f"s2:{HASH}": [
        f"https://www.semanticscholar.org/paper/Tidal-Clocks-Moor/{HASH}",
        f"https://www.semanticscholar.org/paper/{HASH}?utm=1",
        f"https://api.semanticscholar.org/graph/v1/paper/{HASH}",
    ],
    "s2:123456": ["https://api.semanticscholar.org/CorpusID:123456", "CorpusID:123456"],
}


@pytest.mark.parametrize(("form", "found"), [(form, found) for found, forms in FORMS.items() for form in forms])
def test_all_forms_of_an_address_are_one(form: str, found: str) -> None:
    assert site_ids([form, f" {form} "]) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://openreview.net/group?id=x",
        "https://openreview.net/",
        "https://fen.example/pubmed/123",
        "10.1101/x",
        "https://pubmed.ncbi.nlm.nih.gov/?term=snails",
        "https://aclanthology.org/events/acl-2026/",
        "31234567",
    ],
)
def test_other_addresses_are_none(text: str) -> None:
    assert site_ids([text]) == ()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/Abc.123?af=R", "10.1002/abc.123"),
        ("https://onlinelibrary.wiley.com/doi/10.1002%2Fabc.123", "10.1002/abc.123"),
        ("https://pubs.acs.org/doi/10.1021/acs.snail.6c00123", "10.1021/acs.snail.6c00123"),
        ("https://dl.acm.org/doi/pdf/10.1145/123.456", "10.1145/123.456"),
        ("https://dl.acm.org/doi/abs/10.1145/123.456", "10.1145/123.456"),
        ("https://link.springer.com/article/10.1007/s00220-026-1", "10.1007/s00220-026-1"),
        ("https://link.springer.com/content/pdf/10.1007/s00220-026-1.pdf", "10.1007/s00220-026-1"),
        ("https://link.springer.com/chapter/10.1007/978-3-030-58452-8_14", "10.1007/978-3-030-58452-8_14"),
        ("https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.1.2", "10.1103/physrevlett.1.2"),
        ("http://link.aps.org/doi/10.1103/PhysRevLett.1.2", "10.1103/physrevlett.1.2"),
        ("https://iopscience.iop.org/article/10.1088/1742-6596/1/1/012/meta", "10.1088/1742-6596/1/1/012"),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0123456", "10.1371/journal.pone.0123456"),
        ("https://www.nature.com/articles/s41586-026-1234-5.pdf", "10.1038/s41586-026-1234-5"),
        ("https://www.frontiersin.org/articles/10.3389/fsnail.2026.1/full", "10.3389/fsnail.2026.1"),
        ("https://academic.oup.com/snail/article/doi/10.1093/snail/abc123/7890", "10.1093/snail/abc123"),
        ("https://www.biorxiv.org/content/10.1101/2026.01.02.123456v2.full.pdf", "10.1101/2026.01.02.123456"),
        ("https://fen.example/blog/10.1000/182", None),
        ("https://fen.example/?q=see+10.1000/182", None),
        ("https://www.nature.com/nature/articles", None),
    ],
)
def test_a_doi_in_a_publishers_address_counts(address: str, found: str | None) -> None:
    assert doi(address) == found


def test_a_feeds_own_id_needs_both_an_id_and_a_link() -> None:
    assert entry_id("7", "https://fen.example/7") == "entry:https://fen.example/7 7"
    assert entry_id("https://fen.example/7", "https://fen.example/7") == "entry:https://fen.example/7"
    assert entry_id("", "https://fen.example/7") is None
    assert entry_id("7", "") is None
    assert entry_id("7", "javascript:x") is None


@pytest.mark.parametrize(
    "run", ["/", "a", "10.1101/", "?id=", "&", "www.", "doi/", "PMID: ", "%2f", ".pdf", "articles/"]
)
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    for length in (100, 1900, 40_000):
        for head in ("https://openreview.net/", "https://biorxiv.org/content/", "https://fen.example/doi/10.1000/", ""):
            text = (head + run * length)[:length]
            site_ids([text])
            doi(text)
    assert time.process_time() - began < 5
