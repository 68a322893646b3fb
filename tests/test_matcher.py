"""Where papers have keywords."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.keywords import Pattern, parse
from digest.model import Paper
from digest.rank.marks import spans
from digest.rank.matcher import match
from digest.terms import NEVER_PARTS, capitals, is_hyphen, is_participle, joined, keys, token_spans, tokens, word


def counts(keyword: str, paper: Paper) -> dict[str, int]:
    pattern = parse(keyword).pattern
    return match([paper], [pattern])[pattern].get(0, {})


def has(keyword: str, text: str) -> bool:
    return bool(counts(keyword, Paper(title="", abstract=text)))


# ------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("diffusion model", "Diffusion Models for sound"),
        ("diffusion models", "a diffusion model"),
        ("low rank", "low-rank matrices"),
        ("low-rank", "matrices of low rank"),
        ("fine-tuning", "finetuning helps"),
        ("fine-tuning", "fine tuned"),
        ("finetuning", "fine-tuning helps"),
        ("finetuned model", "a fine-tuned model"),
        ("fine tuning", "fine-tuning"),
        ("finetuning", "parameter-efficient-fine-tuning"),
        ("stateoftheart", "state-of-the-art"),
        ("tuning", "fine-tuning"),
        ("LLM", "many LLMs"),
        ("llms", "an LLM"),
        ("Shor", "Shor's algorithm"),
        ("Nollenburg", r"the N\"ollenburg layout"),
        ("Pólya tree", "polya trees"),
        ("alpha", "α"),
        ("ell_p norm", r"$\ell_p$-norms"),
        ("c++", "in C++."),
        ("kv cache", "key-value (KV) cache"),
        ("kv cache", "KV, cache"),
        ('"tuning"', "fine-tuning"),
        ('"KV cache"', "the kv-cache"),
        ("quantiz*", "Quantization"),
        ("quantiz*", "re-quantized"),
        ("neural quantiz*", "Neural Quantizers"),
        ("finet*", "fine-tuning"),
        ("fine-tun*", "finetuned"),
        ("speculative decoding", r"\textbf{speculative} decoding"),
    ],
)
def test_a_keyword_finds(keyword: str, text: str) -> None:
    assert has(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("art", "smart artists start"),
        ("low rank", "lower-rank or rank low"),
        ("rank", "low-frank"),
        ("diffusion model", "diffusion of models"),
        ("diffusion model", "We study diffusion. Models are next"),
        ("diffusion model", "what is diffusion? Models"),
        ("diffusion model", 'no "diffusion." Models'),
        ("diffusion model", "diffusion; models"),
        ("c", "C++ and C#"),
        ("c++", "the letter C"),
        ('"tune"', "tuning"),
        ('"finetuning"', "fine-tuning"),
        ("quantiz*", "requantized"),
        ("inform", "in form"),
        ("a.c", "abc"),
        ("author:Han", "Han"),
        ("cat:cs", "cs"),
        ("title:pruning", "pruning"),
    ],
)
def test_a_keyword_does_not_find(keyword: str, text: str) -> None:
    assert not has(keyword, text)


def test_each_field_is_counted() -> None:
    paper = Paper(title="Cache the cache", abstract="A cache. The caches of KV-caches")
    assert counts("cache", paper) == {"title": 2, "abstract": 3}
    assert counts("title:cache", paper) == {"title": 2}
    assert counts("abstract:cache", paper) == {"abstract": 3}


def test_a_place_is_counted_once_though_both_forms_are_there() -> None:
    assert counts("fine-tuning", Paper(title="Fine-tuning")) == {"title": 1}


def test_title_and_abstract_are_not_one_text() -> None:
    assert not counts("diffusion model", Paper(title="On diffusion", abstract="Models"))


def test_of_a_compound_without_end_four_parts_are_one_word() -> None:
    assert counts("aaaa", Paper(title="a-" * 50_000 + "a")) == {"title": 49_998}


# ------------------------------------------------------------------------------------------ authors and categories


@pytest.mark.parametrize(
    ("keyword", "author"),
    [
        ("author:Han", "Song Han"),
        ('author:"Song Han"', "Song Han"),
        ('author:"Song Han"', "Song X. Han"),
        ('author:"Song Han"', "Han, Song"),
        ("author:Erdos", "Paul Erdős"),
        ("author:Erdős", r"Paul Erd{\H{o}}s"),
        ('author:"Jean-Pierre Dupont"', "J.-P. Dupont"),
        ("author:O'Brien", "Flann O’Brien"),
        ('author:"S Han"', "S. Han"),
    ],
)
def test_an_author_bears_the_names(keyword: str, author: str) -> None:
    assert counts(keyword, Paper(title="", authors=("Ada Ray", author))) == {"author": 1}


@pytest.mark.parametrize("author", ["Han", "Song Hansen", "Song", "Sung Han", ""])
def test_another_author_does_not(author: str) -> None:
    assert counts('author:"Song Han"', Paper(title="Song Han", authors=(author, "Han"))) == {}


def test_names_are_not_gathered_from_several_authors() -> None:
    assert counts('author:"Song Han"', Paper(title="", authors=("Song Li", "Mei Han"))) == {}


def test_authors_of_one_name_are_counted() -> None:
    assert counts("author:Han", Paper(title="", authors=("Song Han", "Mei Han", "Han Han"))) == {"author": 3}


@pytest.mark.parametrize(
    ("keyword", "categories", "met"),
    [
        ("cat:cs.LG", ("math.CO", "cs.LG"), True),
        ("cat:CS.lg", ("cs.LG",), True),
        ("cat:cs.LG", ("cs.L", "cs", "stat.LG"), False),
        ("cat:cs.*", ("cs.LG", "cs.CV"), True),
        ("cat:cs", ("cs.LG",), True),
        ("cat:cs", ("css.LG", "eess.cs"), False),
        ("cat:hep-th", ("hep-th",), True),
        ("cat:hep", ("hep-th",), False),
    ],
)
def test_categories(keyword: str, categories: tuple[str, ...], met: bool) -> None:
    assert counts(keyword, Paper(title="", categories=categories)) == ({"cat": 1} if met else {})


# ------------------------------------------------------------------------------------------------------ many at once


def test_every_pattern_that_was_asked_for_is_in_the_answer() -> None:
    patterns = [parse(text).pattern for text in ("kv cache", "pruning", "author:Han", "cat:cs")]
    papers = [Paper(title="Pruning"), Paper(title="Nothing"), Paper(title="KV cache", abstract="kv cache pruning")]
    found = match(papers, patterns)
    assert list(found) == patterns
    assert list(found.values()) == [
        {2: {"title": 1, "abstract": 1}},
        {0: {"title": 1}, 2: {"abstract": 1}},
        {},
        {},
    ]


_WORDS = st.sampled_from(["low", "rank", "lowrank", "Ranks", "lowranked", "rankings", "one", "LLMs", "naïve", "c++"])
_TEXTS = st.lists(st.tuples(_WORDS, st.sampled_from([" ", " ", "-", "-", ". ", ", ", "'s "])), max_size=14).map(
    lambda parts: "".join(token + after for token, after in parts)
)


def _pattern(words: list[str], kind: str) -> Pattern:
    joined = kind[0].join(words)
    return parse({'"': f'"{joined}"', "*": f"{joined} low*"}.get(kind[1], joined)).pattern


_PATTERNS = st.builds(
    _pattern, st.lists(_WORDS, min_size=1, max_size=3), st.sampled_from([" p", "-p", ' "', '-"', " *", "-*"])
)


#: the first and the last word, counted without hyphens, and the tokens that are read as one word
Reading = tuple[int, int, tuple[str, ...], str]


def readings(text: str) -> list[Reading]:
    """Everything that can be read as one word, and how it is joined: not at all, by hyphens or by a space.

    A participle behind a hyphen is marked.
    """
    compounds: list[list[str]] = []
    after_hyphen = False
    for token in tokens(text):
        if is_hyphen(token):
            after_hyphen = True
            continue
        if after_hyphen:
            compounds[-1].append(token)
        else:
            compounds.append([token])
        after_hyphen = False
    found: list[Reading] = []
    before = 0
    for parts in compounds:
        for first in range(len(parts)):
            for last in range(first, min(first + 4, len(parts))):
                kind = "-" if last > first else "=" if first and is_participle(word(parts[first])) else ""
                found.append((before + first, before + last, tuple(parts[first : last + 1]), kind))
        before += len(parts)
    before = 0
    for parts, following in pairwise(compounds):
        before += len(parts)
        pair = (parts[-1], following[0])
        if all(word(part).isalnum() and word(part) not in NEVER_PARTS for part in pair):
            found.append((before - 1, before, pair, " "))
    return found


def stands_for(symbol: str, parts: tuple[str, ...], kind: str) -> bool:
    folded = "".join(map(word, parts))
    if kind == "=" and symbol == f"={folded}":
        return True
    if symbol.startswith('"'):
        return kind in {"", "="} and symbol in {f'"{folded}"', f'"{capitals(parts[0])}"'}
    if symbol.endswith("*"):
        return kind != " " and folded.startswith(symbol[:-1])
    if kind:
        return kind != "=" and symbol in joined(*map(word, parts))
    return symbol in keys(parts[0])


def spells(found: list[Reading], form: tuple[str, ...], at: int) -> bool:
    """Whether the words from ``at`` on spell a form: tried in every way there is."""
    return not form or any(
        begin == at and stands_for(form[0], parts, kind) and spells(found, form[1:], end + 1)
        for begin, end, parts, kind in found
    )


@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=3), st.lists(_PATTERNS, max_size=5))
def test_matching_agrees_with_looking_everywhere_for_everything(
    texts: list[tuple[str, str]], patterns: list[Pattern]
) -> None:
    papers = [Paper(title=title, abstract=abstract) for title, abstract in texts]
    expected: dict[Pattern, dict[int, dict[str, int]]] = {pattern: {} for pattern in patterns}
    for pattern, having in expected.items():
        for index, paper in enumerate(papers):
            for field, text in (("title", paper.title), ("abstract", paper.abstract)):
                found = readings(text)
                places = {begin for begin, *_ in found}
                count = sum(any(spells(found, form, at) for form in pattern.forms) for at in places)
                if count:
                    having.setdefault(index, {})[field] = count
    assert match(papers, patterns) == expected


# ------------------------------------------------------------------------------------------------------------- spans


def marked(text: str, *keywords: str) -> list[str]:
    return [text[begin:end] for begin, end in spans(text, [parse(keyword).pattern for keyword in keywords])]


def test_spans_are_where_the_phrases_stand() -> None:
    text = "Speculative Decoding: quantized KV-caches and Erdős’s naïve fine-tuning."
    assert marked(text, "speculative decoding", "quantiz*", '"kv"', "erdos", "naive", "finetuning") == [
        "Speculative Decoding",
        "quantized",
        "KV",
        "Erdős’s",
        "naïve",
        "fine-tuning",
    ]


def test_overlapping_spans_become_one() -> None:
    assert marked("a deep neural network model", "deep neural network", "neural", "network model") == [
        "deep neural network model"
    ]


def test_spans_of_a_whole_compound_win_over_its_part() -> None:
    assert marked("fine-tuning", "fine", "finetuning") == ["fine-tuning"]


def test_spans_hold_beside_tex() -> None:
    assert marked(r"A \textbf{sparse} \'etude of $\alpha$-trees", "sparse etude", "alpha tree") == [
        r"sparse} \'etude",
        "alpha$-trees",
    ]


def test_fields_do_not_matter_to_spans_and_names_are_not_marked() -> None:
    assert marked("Pruning by Han", "title:pruning", "author:Han", "cat:pruning") == ["Pruning"]


def test_nothing_to_look_for_is_nowhere() -> None:
    assert spans("anything", []) == []


@given(_TEXTS, st.lists(_PATTERNS, max_size=5))
def test_spans_are_sorted_apart_and_whole_words(text: str, patterns: list[Pattern]) -> None:
    found = spans(text, patterns)
    flat = [offset for span in found for offset in span]
    assert flat == sorted(set(flat))
    begins, ends = zip(*token_spans(text), strict=True) if token_spans(text) else ((), ())
    assert {begin for begin, _ in found} <= set(begins)
    assert {end for _, end in found} <= set(ends)
    paper = Paper(title=text)
    assert bool(found) == any(match([paper], patterns).values())


@given(_TEXTS, _PATTERNS)
def test_marks_are_where_the_matcher_finds_a_pattern(text: str, pattern: Pattern) -> None:
    found = readings(text)
    read = [token for token in tokens(text) if not is_hyphen(token)]
    places = [span for span, token in zip(token_spans(text), tokens(text), strict=True) if not is_hyphen(token)]
    ends = {
        (places[at][0], places[end][1])
        for at in range(len(read))
        for form in pattern.forms
        for end in ends_of(found, form, at)
    }
    assert {edge for span in spans(text, [pattern]) for edge in span} <= {edge for span in ends for edge in span}
    assert all(any(b <= begin and end <= e for b, e in spans(text, [pattern])) for begin, end in ends)


def ends_of(found: list[Reading], form: tuple[str, ...], at: int) -> set[int]:
    """The last words of every way to read a form from a word on."""
    ways = [end for begin, end, parts, kind in found if begin == at and stands_for(form[0], parts, kind)]
    return set(ways) if len(form) == 1 else {last for end in ways for last in ends_of(found, form[1:], end + 1)}
