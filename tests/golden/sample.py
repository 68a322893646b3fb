"""An invented Friday: sixteen papers, three profiles, and everything that makes a page hard to set."""

from __future__ import annotations

from datetime import UTC, date, datetime

from digest.model import (
    ChangeKind,
    Counts,
    Day,
    Edition,
    Entry,
    KnownPaper,
    Links,
    Match,
    Paper,
    Publication,
    Reader,
    ReaderKind,
    Receipt,
    Status,
)
from digest.renderers.view import SiteInfo
from tests.papers import profile

DAY = date(2025, 11, 21)
NOW = datetime(2025, 11, 21, 6, 20, tzinfo=UTC)
SITE = SiteInfo(title="Daily Papers", base_url="https://papers.example")
UNSUBSCRIBE = "https://papers.example/unsubscribe/eyJyIjoiYWRhIn0.sample-token"

PROFILES = (
    profile(
        "speculative decoding ^3",
        "kv cache",
        "quantiz*",
        "sparse attention",
        name="efficient-llm",
        title="Efficient language models",
    ),
    profile("bioacoustic", "remote sensing", "biodiversity", name="ecology", title="Ecology and sensing"),
    profile("theorem proving", "formal verification", name="proofs", title="Machine-checked proofs"),
)
READER = Reader(
    id="mail:ada@example.org",
    kind=ReaderKind.SUBSCRIBER,
    profiles=PROFILES,
    timezone="Europe/London",
    address="ada@example.org",
)


def _known(number: int, paper: Paper) -> KnownPaper:
    return KnownPaper(key=f"sample{number:02d}", paper=paper, aliases=(f"title:{number:016x}",), first_seq=number)


PAPERS = tuple(
    _known(number, paper)
    for number, paper in enumerate(
        (
            Paper(
                title="Lantern: Speculative Decoding for Long Contexts with a Draft That Remembers",
                abstract=(
                    "Serving language models over long contexts is bound by memory traffic and not by arithmetic. "
                    "Most of that traffic is the same few pages, read again for every token. We present Lantern, a "
                    "method for speculative decoding in which the draft model keeps a small summary of the KV cache "
                    "and proposes eight tokens at a time. Because the summary is updated only where a proposal was "
                    "refused, drafting costs almost nothing on easy text. On four long-document tasks Lantern decodes "
                    "2.7 times faster than plain decoding and 1.4 times faster than the best speculative decoding "
                    "baseline, with the same outputs. Quantized drafts lose less than one percent of accepted tokens."
                ),
                authors=("Mirela Vasquez-Thorne", "Odd Halvorsen", "Priya Ramanathan", "Kenji Okafor", "Lise Brandt"),
                organization="Northlight Institute",
                published=date(2025, 11, 19),
                upvotes=48,
                comments=3,
                links=Links(code="https://code.example/lantern", project="https://lantern.example/"),
                arxiv_id="2511.90001",
            ),
            Paper(
                title="What Does a KV Cache Forget?",
                abstract=(
                    "Evicting entries from the KV cache saves memory, and nobody knows what is lost. We probe nine "
                    "eviction policies with questions whose answers stand at known places. Policies that look alike "
                    "on perplexity differ by up to 31 points on recall, and all of them forget negations first."
                ),
                author_count=5,
                organization="University of Tarn",
                published=date(2025, 11, 18),
                comments=2,
            ),
            Paper(
                title="Listening to a Rainforest at Night: Self-Supervised Bioacoustic Models from 60,000 Hours",
                abstract=(
                    "Passive recorders gather far more sound than experts can label. We train a bioacoustic model on "
                    "60,000 hours from eleven forests without any label, and show that twelve examples of a call are "
                    "then enough to find its species with a precision of 0.9. Species that the model has never heard "
                    "stand apart from the known ones, which makes it a tool for biodiversity surveys where the list "
                    "of species is not complete. We release the model and a year of recordings from one site."
                ),
                authors=("Tomasina Achterberg", "Juno Wale"),
                published=date(2025, 11, 20),
                upvotes=21,
                links=Links(abstract="https://journal.example/10.5555/night", pdf="https://journal.example/night.pdf"),
            ),
            Paper(
                title=(
                    "Towards a Unified, Scalable, Calibrated and Hardware-Aware Framework for the Post-Training "
                    "Quantization of Mixture-of-Experts Language Models at Four, Three and Two Bits, with Notes on "
                    "Supercalifragilisticexpialidociously-Long-Compound-Identifiers in Checkpoints of the Wild"
                ),
                abstract=(
                    "Experts that are chosen rarely see few calibration samples, so that quantization ruins just "
                    "those. We weight the calibration set by routing frequency and share scales among neighbours."
                ),
                authors=("Aurelio Finch", "Beatrix Nkemelu", "Chao-Ming Dvořák", "Dagny Ólafsdóttir"),
                published=date(2025, 11, 17),
                arxiv_id="2511.90004",
            ),
            Paper(
                title="ترجمة آلية منخفضة الموارد باستخدام sparse attention للنصوص الطويلة",
                abstract=(
                    "نقدم طريقة لترجمة الوثائق الطويلة بين اللغات منخفضة الموارد. تعتمد الطريقة على sparse attention "
                    "وتقلل الذاكرة المطلوبة إلى النصف دون خسارة في الجودة."
                ),
                authors=("سلمى الحداد", "Idris Benali"),
                organization="معهد الأطلس",
                published=date(2025, 11, 12),
                arxiv_id="2511.90005",
            ),
            Paper(
                title="A Proof Assistant That Asks Back: Dialogue in Interactive Theorem Proving",
                abstract=(
                    "When a tactic fails, theorem proving stops, and the person has to guess why. Our assistant asks "
                    "one question instead: which of two lemmas was meant, or which case was forgotten. In a study "
                    "with 34 students the median time to finish a proof fell from 41 to 26 minutes."
                ),
                authors=("Ewa Lindqvist", "Rashid Moreau", "Hana Petrosyan"),
                published=date(2023, 10, 11),
                upvotes=112,
                comments=14,
                arxiv_id="2310.90006",
            ),
            Paper(
                title="Speculative Decoding Is Free on Idle Cores",
                abstract="This paper has been withdrawn by its authors: the baseline was measured in debug mode.",
                authors=("Noel Ferreira",),
                published=date(2025, 11, 3),
                arxiv_id="2511.90007",
                withdrawn=True,
            ),
            Paper(
                title="Counting Whales from Orbit with $\\ell_1$ Priors",
                abstract=(
                    "Remote sensing of whales suffers from glare. A sparse prior on sea state separates the two, and "
                    "doubles the share of animals that are found in open water."
                ),
                author_count=1,
                organization="Sea & Sky <Lab>",
                published=date(2025, 11, 16),
            ),
            Paper(
                title="Formal Verification of a Sorting Network Synthesizer",
                abstract="We verify a synthesizer of sorting networks, and find two bugs that tests had missed.",
                authors=("Gwen Abara", "Li Sorensen"),
                published=date(2025, 11, 15),
                doi="10.5555/12345678",
            ),
            Paper(
                title="Paged Quantized Caches on Small Devices",
                abstract="A cache of four-bit pages lets a phone read a book.",
                author_count=7,
                published=date(2025, 11, 14),
            ),
            Paper(
                title="Biodiversity from Street-Level Photographs",
                abstract="Photographs taken for maps show which trees stand where.",
                author_count=3,
                organization="Canopy",
                published=date(2025, 11, 13),
            ),
            Paper(
                title="How Sparse Can Attention Be before Reading Stops?",
                abstract="We remove attention edges one by one and watch comprehension fall off a cliff.",
                author_count=2,
                published=date(2025, 11, 13),
            ),
            Paper(
                title="Editorial",
                abstract="",
                published=date(2025, 11, 20),
            ),
            Paper(
                title="Weather in a Bottle: Laboratory Analogues of Jet Streams",
                abstract=(
                    "A rotating tank with a heated rim shows jets that drift, split and merge. We follow them for "
                    "forty days and compare their statistics with those of reanalyses. The tank gets the spacing of "
                    "jets right to within a tenth, and their drift wrong by a factor of two. We discuss what the "
                    "bottom drag of a tank can and can't stand for."
                ),
                author_count=4,
                organization="Fjord Geophysics",
                published=date(2025, 11, 11),
                comments=1,
            ),
            Paper(
                title="Bread Dough as a Soft Robot",
                abstract="Yeast moves dough. We steer it with temperature and make it climb a step.",
                author_count=6,
                published=date(2025, 11, 10),
                upvotes=73,
            ),
            Paper(
                title="日本語の俳句における季語の自動推定",
                abstract="俳句の季語を大規模言語モデルで推定し、歳時記と比較する。",
                author_count=2,
                published=date(2025, 11, 9),
            ),
        ),
        start=1,
    )
)


def _entry(number: int, profile: str, *matches: Match, kind: ChangeKind = ChangeKind.NEW) -> Entry:
    return Entry(
        paper=PAPERS[number - 1],
        kind=kind,
        at=NOW,
        score=sum(match.contribution for match in matches),
        matches=matches,
        profile=profile,
    )


ENTRIES = (
    _entry(
        1,
        "efficient-llm",
        Match("speculative decoding", "title", 1, 6.0),
        Match("speculative decoding", "abstract", 2, 3.0),
        Match("kv cache", "abstract", 1, 1.2),
        Match("quantiz*", "abstract", 1, 0.8),
    ),
    _entry(2, "efficient-llm", Match("kv cache", "title", 1, 3.0), Match("kv cache", "abstract", 1, 1.5)),
    _entry(
        3,
        "ecology",
        Match("bioacoustic", "title", 1, 2.5),
        Match("bioacoustic", "abstract", 1, 1.0),
        Match("biodiversity", "abstract", 1, 0.7),
    ),
    _entry(4, "efficient-llm", Match("quantiz*", "title", 1, 2.5), Match("quantiz*", "abstract", 1, 1.5)),
    _entry(5, "efficient-llm", Match("sparse attention", "title", 1, 2.4), Match("sparse attention", "abstract", 1, 1)),
    _entry(
        6,
        "proofs",
        Match("theorem proving", "title", 1, 2.0),
        Match("theorem proving", "abstract", 1, 1.0),
        kind=ChangeKind.TRENDING,
    ),
    _entry(7, "efficient-llm", Match("speculative decoding", "title", 1, 2.9), kind=ChangeKind.WITHDRAWN),
    _entry(8, "ecology", Match("remote sensing", "abstract", 1, 1.9)),
    _entry(9, "proofs", Match("formal verification", "title", 1, 1.8), kind=ChangeKind.REVISED),
    _entry(10, "efficient-llm", Match("quantiz*", "title", 1, 1.6)),
    _entry(11, "ecology", Match("biodiversity", "title", 1, 1.5)),
    _entry(12, "efficient-llm", Match("sparse attention", "title", 1, 1.1)),
)

RECEIPTS = (
    Receipt(
        source="inbox",
        dump="friday.txt",
        format="page-text",
        status=Status.FINE,
        counts=Counts(read=39, new=34, seen=5),
        at=NOW,
        day=DAY,
    ),
    Receipt(
        source="inbox",
        dump="late.txt",
        format="page-text",
        status=Status.PARTIAL,
        counts=Counts(read=9, new=8, rejected=1),
        reason="it is cut short at line 57: the dump ends in the middle of this paper",
        at=NOW,
        day=DAY,
    ),
    Receipt(
        source="journal",
        dump=None,
        format=None,
        status=Status.QUIET,
        reason="nothing new since Thu 20 Nov",
        at=NOW,
        day=DAY,
    ),
)


def edition(reader: str = READER.id, entries: tuple[Entry, ...] = ENTRIES, considered: int = 42) -> Edition:
    """What a reader gets on the sample's day."""
    return Edition(
        reader=reader,
        kind=ReaderKind.FEED if reader.startswith("feed:") else ReaderKind.SUBSCRIBER,
        date=DAY,
        from_seq=0,
        to_seq=42,
        entries=entries,
        considered=considered,
        receipts=RECEIPTS,
        message_id="<20251121.sample@papers.example>",
        created_at=NOW,
    )


def publication() -> Publication:
    """The sample's day as the site shows it, with a day before and one after it in the archive."""
    feeds: dict[str, tuple[Edition, ...]] = {
        profile.name: (
            edition(f"feed:{profile.name}", tuple(entry for entry in ENTRIES if entry.profile == profile.name)),
        )
        for profile in PROFILES
    }
    day = Day(
        date=DAY,
        papers=PAPERS,
        more=26,
        editions=tuple(editions[0] for editions in feeds.values()),
        receipts=RECEIPTS,
    )
    return Publication(
        profiles=PROFILES,
        feeds=feeds,
        days=(day,),
        archive=(date(2025, 11, 24), DAY, date(2025, 11, 20), date(2025, 10, 31)),
    )
