"""One paper in five formats is one paper, with what all of them know and where each fact came from."""

from __future__ import annotations

import gzip
import itertools
import json
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from digest.dump import Dump, DumpAbout
from digest.model import Status
from tests.papers import LANTERN

if TYPE_CHECKING:
    from tests.world import World

ID = "2611.01234"
TITLE = r"Lantern: Drafting $\ell_p$ Ahead"
PLAIN = "Lantern: Drafting ell_p Ahead"

ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title>ArXiv Query</title><id>http://arxiv.org/api/x</id><opensearch:totalResults>1</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/{ID}v2</id><published>2026-11-03T10:00:00Z</published><updated>2026-11-17T10:00:00Z</updated>
    <title>{TITLE}</title><summary>{LANTERN}</summary>
    <author><name>Mira Solberg</name></author><author><name>Jun Okada</name></author>
    <arxiv:primary_category term="cs.CL"/><category term="cs.CL"/><category term="cs.LG"/>
    <link href="http://arxiv.org/abs/{ID}v2" rel="alternate" type="text/html"/>
    <arxiv:doi>10.1000/lantern</arxiv:doi>
  </entry>
</feed>"""
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>cs.CL updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.CL</link>
<description>cs.CL updates on the arXiv.org e-print archive.</description>
<pubDate>Tue, 17 Nov 2026 00:00:00 -0500</pubDate>
<item><title>{TITLE}</title><link>https://arxiv.org/abs/{ID}</link>
<description>arXiv:{ID}v2 Announce Type: cross
Abstract: {LANTERN}</description>
<guid isPermaLink="false">oai:arXiv.org:{ID}v2</guid><category>cs.CL</category>
<pubDate>Tue, 17 Nov 2026 00:00:00 -0500</pubDate><arxiv:announce_type>cross</arxiv:announce_type>
<dc:creator>Mira Solberg (Institute of Tides, Bergen), Jun Okada</dc:creator></item></channel></rss>"""
OAI = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-18T00:00:00Z</responseDate>
<request verb="ListRecords">http://oaipmh.arxiv.org/oai</request><ListRecords><record>
<header><identifier>oai:arXiv.org:{ID}</identifier><datestamp>2026-11-17</datestamp><setSpec>cs</setSpec></header>
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{ID}</id><created>2026-11-03</created>
<authors><author><keyname>Solberg</keyname><forenames>Mira</forenames></author>
<author><keyname>Okada</keyname><forenames>Jun</forenames></author></authors>
<title>{TITLE}</title><categories>cs.CL cs.LG</categories><doi>10.1000/LANTERN</doi>
<abstract>{LANTERN}</abstract></arXiv></metadata></record></ListRecords></OAI-PMH>"""
API = json.dumps(
    [
        {
            "paper": {
                "id": ID,
                "title": PLAIN,
                "summary": LANTERN,
                "authors": [{"name": "Mira Solberg"}, {"name": "Jun Okada"}],
                "publishedAt": "2026-11-03T10:00:00.000Z",
                "submittedOnDailyAt": "2026-11-17T00:00:00.000Z",
                "upvotes": 41,
                "githubRepo": "https://github.com/example/lantern",
            },
            "publishedAt": "2026-11-16T22:00:00.000Z",
            "title": PLAIN,
            "numComments": 3,
        }
    ]
)
PAGE = f"new\nSubscribe\nDaily Papers\nNov 17\n{PLAIN}\n{LANTERN}\ntide-lab Tide Lab\n·\nNov 3 2\n"
DUMPS = {"arxiv-atom": ATOM, "arxiv-rss": RSS, "oai-pmh": OAI, "huggingface-api": API, "page-text": PAGE}


@pytest.mark.parametrize("order", [*itertools.islice(itertools.permutations(DUMPS), 0, 120, 17)], ids="-".join)
def test_five_formats_one_paper(world: World, order: tuple[str, ...]) -> None:
    app = world.app
    dumps = [
        (name, Dump(name=name, open=lambda name=name: BytesIO(DUMPS[name].encode()), about=DumpAbout()))  # type: ignore[misc]
        for name in order
    ]
    receipts = app.ingest_dumps(dumps, as_of=date(2026, 11, 17))
    assert [receipt.format for receipt in receipts] == list(order)
    assert [receipt.counts.new for receipt in receipts] == [1, 0, 0, 0, 0]
    assert Status.FAILED not in {receipt.status for receipt in receipts}
    (known,) = app.store.papers()
    paper = known.paper
    assert paper.title == "Lantern: Drafting ℓₚ Ahead"
    assert (paper.arxiv_id, paper.doi, paper.version) == (ID, "10.1000/lantern", 2)
    assert (paper.upvotes, paper.comments, paper.organization) == (41, 3, "Tide Lab")
    assert paper.authors == ("Mira Solberg", "Jun Okada")
    assert set(paper.categories) == {"cs.CL", "cs.LG"}
    assert (paper.published, paper.listed) == (date(2026, 11, 3), date(2026, 11, 17))
    assert paper.links.code == "https://github.com/example/lantern"
    assert set(known.sources) == set(DUMPS)
    assert "upvotes" in known.sources["huggingface-api"]
    assert {f"arxiv:{ID}", "doi:10.1000/lantern"} <= set(known.aliases)


@pytest.mark.parametrize("name", DUMPS)
def test_an_archive_that_is_cut_gives_what_stands_whole(world: World, name: str) -> None:
    """Of a listing in a gzip that breaks off, papers are read up to the break, and the receipt says partial."""
    packed = gzip.compress(DUMPS[name].encode(), 0)
    broken = packed[: len(packed) - 4]  # all of the listing, but not the sum that proves it whole
    app = world.app
    (receipt,) = app.ingest_dumps([(name, Dump(name=name, open=lambda: BytesIO(broken), about=DumpAbout()))])
    assert (receipt.status, receipt.counts.new) == (Status.PARTIAL, 1)
