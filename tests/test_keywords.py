"""The keyword language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import KeywordError
from digest.keywords import Keyword, Sign, parse, parse_profile


def problem(text: str) -> KeywordError | None:
    """What is wrong with a keyword."""
    try:
        parse(text)
    except KeywordError as error:
        return error
    return None


# ------------------------------------------------------------------------------------------------ what is looked for


@pytest.mark.parametrize(
    ("text", "identity", "label"),
    [
        ("speculative decoding", "speculativ decod|speculativedecod", "speculative decoding"),
        ("  Diffusion   MODELS ", "diffusion model|diffusionmodel", "Diffusion MODELS"),
        ("fine-tuning", "fine tune|finetun", "fine-tuning"),
        ("low-rank fine-tuning", "low rank fine tune|lowrank finetun", "low-rank fine-tuning"),
        ('"KV cache"', '"kv" "cache"', '"KV cache"'),
        ("“KV cache”", '"kv" "cache"', '"KV cache"'),
        ('"fine-tuning"', '"fine" "tuning"', '"fine-tuning"'),
        ("quantiz*", "quantiz*", "quantiz*"),
        ("neural Quantiz*", "neural quantiz*", "neural Quantiz*"),
        ("title:pruning", "title:prune", "title: pruning"),
        ("Title : pruning", "title:prune", "title: pruning"),
        ('abstract:"KV cache"', 'abstract:"kv" "cache"', 'abstract: "KV cache"'),
        ('author:"Song Han"', "author:song han", "author: Song Han"),
        ("author:Erdős", "author:erdos", "author: Erdős"),
        ("author:O'Brien", "author:obrien", "author: O'Brien"),
        ("cat:cs.LG", "cat:cs.lg", "cat: cs.LG"),
        ("cat:hep-th", "cat:hep-th", "cat: hep-th"),
        ("cat:cs.*", "cat:cs", "cat: cs.*"),
        ("cat:cs", "cat:cs", "cat: cs"),
        ("c++", "c++", "c++"),
        ("+c++", "c++", "c++"),
        ("Shor's algorithm", "shor algorithm|shoralgorithm", "Shor's algorithm"),
        ('"x^2: y"', '"x" "2" "y"', '"x^2: y"'),
    ],
)
def test_a_keyword_has_an_id_and_a_label(text: str, identity: str, label: str) -> None:
    keyword = parse(text)
    assert (keyword.pattern.id, keyword.label) == (identity, label)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("diffusion model", "Diffusion models ^2"),
        ("-survey", "+surveys"),
        ("low rank adaptation", "low  rank  adaptations"),
        ("cat:cs", "cat:CS.*"),
        ('author:"Song Han"', "author: song han"),
        ("naïve", "nai\u0308ve"),
    ],
)
def test_keywords_of_one_meaning_share_a_pattern(one: str, other: str) -> None:
    assert parse(one).pattern == parse(other).pattern
    assert hash(parse(one).pattern) == hash(parse(other).pattern)


def test_keywords_of_different_meaning_have_different_ids() -> None:
    texts = ["cache", '"cache"', "cache*", "title:cache", "abstract:cache", "author:cache", "cat:cache", "caches here"]
    assert len({parse(text).pattern.id for text in texts}) == len(texts)


# -------------------------------------------------------------------------------------------------- sign and weight


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("survey", Sign.NORMAL),
        ("-survey", Sign.EXCLUDE),
        ("- survey", Sign.EXCLUDE),
        ("–survey", Sign.EXCLUDE),  # a word processor's minus
        ("+survey", Sign.MUST),
        ("-title:survey", Sign.EXCLUDE),
        ('+"kv cache" ^2', Sign.MUST),
    ],
)
def test_the_sign_stands_in_front(text: str, sign: Sign) -> None:
    assert parse(text).sign is sign


@pytest.mark.parametrize(
    ("text", "weight"),
    [("kv cache", 1.0), ("kv cache ^3", 3.0), ("kv cache^0.5", 0.5), ('"x^2" ^ 4', 4.0), ("author:Han ^1000", 1000.0)],
)
def test_the_weight_stands_at_the_end(text: str, weight: float) -> None:
    assert parse(text).weight == weight


# ------------------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("...", 0, "no letter or digit"),
        ('""', 1, "no letter or digit"),
        ("author:…", 7, "no letter or digit"),
        ("-", 0, "no keyword"),
        ("^3", 0, "no keyword"),
        ("+ ^3", 2, "no keyword"),
        ('"kv cache', 0, "not closed"),
        ('kv "cache"', 3, "around the whole phrase"),
        ('"kv" cache', 4, "only a weight"),
        ("titel:pruning", 0, "did you mean 'title:'?"),
        ("-au:Han", 1, "did you mean 'author:'?"),
        ("category:cs.LG", 0, "did you mean 'cat:'?"),
        ("zzz:pruning", 0, "only title, abstract, author, cat"),
        ("deep learning: a view", 13, "leave it out"),
        ("title:", 5, "nothing follows"),
        ("title: ^2", 5, "nothing follows"),
        ("title:-survey", 6, "in front of everything"),
        ("--survey", 1, "in front of everything"),
        ("cache ^", 6, "a number"),
        ("cache ^x", 7, "a number"),
        ("cache ^2 ^3", 7, "a number"),
        ("cache^2 hits", 6, "a number"),
        ("cache ^nan", 7, "a number"),
        ("cache ^inf", 7, "at most 1000"),
        ("cache ^1e400", 7, "at most 1000"),
        ("cache ^0", 7, "use -keyword to exclude"),
        ("cache ^-1", 7, "use -keyword to exclude"),
        ("-cache ^2", 7, "no weight"),
        ("qu*", 2, "at least 3 letters"),
        ("kv-ca*", 5, "at least 3 letters"),
        ("quan*tize", 4, "only at the end"),
        ("*tize", 0, "only at the end"),
        ("quant**", 5, "only at the end"),
        ('"quantiz*"', 8, "only at the end"),
        ("author:Ha*", 9, "only at the end"),
        ("quantiz *", 8, "directly"),
        ("cat:cs.L*", 4, "cs.*"),
        ("cat:cs LG", 4, "cs.*"),
        (" a" * 13, 25, "at most 12 words"),
        ("-".join("a" * 13), 24, "at most 12 words"),
        ("a" * 201, 200, "at most 200 characters"),
        (f"+{'a ' * 5}{'b' * 196} ^2", 206, "at most 200 characters"),
        ("a" * 10_000, 240, "at most 200 characters"),
        (f"kv ^0.{'0' * 300}1", 241, "and its weight 40"),
        ("kv\x00cache", 2, "U+0000"),
        ("kv\ncache", 2, "U+000A"),
        ("quan\u00adtize", 4, "U+00AD"),
        ("kv \ud800", 3, "U+D800"),
    ],
)
def test_an_error_points_at_its_place(text: str, position: int, says: str) -> None:
    error = problem(text)
    assert error
    assert (error.keyword, error.position) == (text, position)
    assert says in error.reason


def test_what_fits_the_limits_is_taken() -> None:
    assert parse("a" * 200).label == "a" * 200
    assert parse(f"+{'a' * 200} ^1.2345678901234567e-05").label == "a" * 200
    assert len(parse("word " * 12).pattern.forms[0]) == 12


_LANGUAGE = st.text(alphabet="+-–\"“^*: abcß.é'1titlecat", max_size=25) | st.text(max_size=25)


@given(
    st.sampled_from(["", "-", "+", "title:", "author:", "cat:", '"', 'author:"']),
    _LANGUAGE,
    st.sampled_from(["", "*", '"', " ^2"]),
)
def test_any_text_is_a_keyword_or_a_keyword_error(before: str, text: str, after: str) -> None:
    text = before + text + after
    wrong = problem(text)
    if wrong:
        assert 0 <= wrong.position <= max(0, len(text) - 1)
        assert wrong.reason
        return
    keyword = parse(text)
    assert keyword.weight > 0
    assert all(symbol for form in keyword.pattern.forms for symbol in form)
    again = parse(keyword.label)
    assert (again.pattern, again.sign, again.weight) == (keyword.pattern, Sign.NORMAL, 1.0)
    assert parse(keyword.text) == keyword


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("  Speculative   decoding^2.50 ", "Speculative decoding ^2.5"),
        ("“kv cache” ^3", '"kv cache" ^3'),
        ("+ title : sparse", "+title:sparse"),
        ("author: Song Han", 'author:"Song Han"'),
        ('author:"Han"^4', "author:Han ^4"),
        ("−cat: cs.LG", "-cat:cs.LG"),
        ("quant* ^1", "quant*"),
    ],
)
def test_it_is_written_as_a_person_would_type_it(typed: str, written: str) -> None:
    assert parse(typed).text == written
    assert parse(written) == parse(typed)


@pytest.mark.parametrize("text", ["(a+)+$", ".*", "[a-z]", "a|b", "\\d+", "(?i)x"])
def test_nothing_becomes_a_regular_expression(text: str) -> None:
    forms = () if problem(text) else parse(text).pattern.forms
    assert all(symbol.isalnum() for form in forms for symbol in form)


# ---------------------------------------------------------------------------------------------------------- profiles


def summary(keywords: tuple[Keyword, ...]) -> list[tuple[str, Sign, float]]:
    return [(keyword.label, keyword.sign, keyword.weight) for keyword in keywords]


def test_a_profile_keeps_the_order_of_its_keywords() -> None:
    assert summary(parse_profile(["kv cache ^2", "-survey", "+pruning"])) == [
        ("kv cache", Sign.NORMAL, 2.0),
        ("survey", Sign.EXCLUDE, 1.0),
        ("pruning", Sign.MUST, 1.0),
    ]


def test_keywords_of_one_meaning_become_one() -> None:
    merged = parse_profile(["diffusion model", "Diffusion models ^2", "+diffusion model"])
    assert summary(merged) == [("diffusion model", Sign.MUST, 2.0)]


def test_looking_for_what_is_excluded_is_an_error() -> None:
    with pytest.raises(KeywordError, match="contradicts 'survey'") as caught:
        parse_profile(["survey", "kv cache", "-surveys"])
    assert caught.value.keyword == "-surveys"


@pytest.mark.parametrize("keywords", [[], ["-survey"], ["-survey", "-review"]])
def test_a_profile_that_finds_nothing_is_an_error(keywords: list[str]) -> None:
    with pytest.raises(KeywordError, match="needs a keyword to look for"):
        parse_profile(keywords)


def test_a_wrong_keyword_is_named() -> None:
    with pytest.raises(KeywordError) as caught:
        parse_profile(["kv cache", "titel:x"])
    assert caught.value.keyword == "titel:x"


def test_a_profile_of_more_keywords_than_anybody_needs_is_an_error() -> None:
    assert len(parse_profile([f"word{number}" for number in range(1000)])) == 1000
    with pytest.raises(KeywordError, match="at most 1,000 keywords; split this one, which has 100,000") as caught:
        parse_profile([f"word{number}" for number in range(100_000)])
    assert caught.value.keyword == "word1000"
