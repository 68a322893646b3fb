"""Text made comparable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.terms import is_hyphen, stem, token_spans, tokens, word
from digest.text import clean, fingerprint, fold, shared, telling_words, word_count

# --------------------------------------------------------------------------------------------------- clean, fold


def test_clean_gives_one_line() -> None:
    assert clean("  Two\r\n lines\tand\u00a0a  half ") == "Two lines and a half"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1c", "\x7f", "\x85", "\u2028", "\ud800", "\ufffe"])
def test_clean_puts_a_space_for_what_no_feed_may_hold(bad: str) -> None:
    assert clean(f"one{bad}two") == "one two"


def test_clean_composes_letters_and_marks() -> None:
    assert clean("e\u0301") == "é"


@given(st.text())
def test_whatever_was_cleaned_can_stand_in_xml_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    element = ET.Element("title")
    element.text = cleaned
    assert (ET.fromstring(ET.tostring(element)).text or "") == cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Low-Rank", "low-rank"),
        ("Nöllenburg", "nollenburg"),
        ("Straße", "strasse"),
        ("ﬁne x²", "fine x2"),
        ("α and Ω", "alpha and omega"),
        ("λ", "lambda"),
        ("ℓₚ", "ellp"),
        ("ϵ, µ and ς", "epsilon, mu and sigma"),
        ("Åström and Łuk", "astrom and luk"),
        ("Mǿller, Œuvre", "moller, oeuvre"),
    ],
)
def test_folding_leaves_what_a_person_would_type(text: str, folded: str) -> None:
    assert fold(text) == folded


# -------------------------------------------------------------------------------------------------- fingerprints


@pytest.mark.parametrize(
    "other",
    [
        r"sharper bounds for $\ell_p$ sensitivity sampling",
        "Sharper Bounds for ell_p Sensitivity Sampling",
        "Sharper bounds for ℓ_p sensitivity-sampling!",
        r"Sharper \textbf{Bounds} for $\mathcal{\ell}_p$ Sensitivity Sampling",
    ],
)
def test_spellings_of_one_title_share_a_fingerprint(other: str) -> None:
    assert fingerprint(other) == fingerprint("Sharper Bounds for $ℓ_p$ Sensitivity Sampling")


@pytest.mark.parametrize(
    "spellings",
    [
        (r"$\ell_p$", "ell_p", "ℓ_p", "ℓₚ", r"$\mathcal{\ell}_p$"),
        (r"$\alpha$", "alpha", "α", r"\alpha", "$α$"),
        (r"$\epsilon$-DP", r"$\varepsilon$-DP", "ε-DP", "epsilon-DP"),
        ("$O(n^2)$", "O(n^2)", "O(n²)", r"$\mathcal{O}(n^{2})$", "mathcal{O}(n^2)", "mathcal O(n^2)"),
        (r"4.98$\times$", "4.98×", "4.98times"),
        (r"$\sim\!0.1\%$", "∼0.1%", "sim!0.1%"),
        (r"$\mathbb{R}^d$", "ℝᵈ", "mathbb{R}^d", "R^d"),
        (r"$\tilde{O}(\sqrt{n})$", "Õ(√n)", "tilde{O}(sqrt{n})"),
        (r"M{\o}ller", "Møller", "Moller"),
        (r"N\"ollenburg", "Nöllenburg", "Nollenburg"),
        ("CO$_2$", "CO₂", "CO2"),
    ],
)
def test_tex_unicode_and_stripped_tex_are_one(spellings: tuple[str, ...]) -> None:
    assert len({fingerprint(f"On {spelling} things") for spelling in spellings}) == 1


def test_another_title_has_another_fingerprint() -> None:
    assert fingerprint("Sharper Bounds") != fingerprint("Sharper Bound")


def test_signs_count_where_there_is_nothing_else() -> None:
    assert fingerprint(" \n ") == ""
    assert len({fingerprint("???"), fingerprint("!!!"), fingerprint("\ud800")}) == 3


def test_words_are_counted_without_markup() -> None:
    assert word_count(r"On \emph{two} low-rank $\alpha$ things") == 6


def test_words_are_as_many_in_every_spelling() -> None:
    assert {word_count(spelling) for spelling in (r"$\ell_p$ norms", "ell_p norms", "ℓ_p norms", "ℓₚ norms")} == {2}


def overlap(one: str, other: str) -> float:
    return shared(telling_words(one), telling_words(other))


def test_a_text_cut_short_overlaps_fully() -> None:
    whole = "Gradient descent converges quickly because curvature vanishes everywhere."
    assert overlap(whole, whole[:34]) == 1.0


def test_texts_of_different_words_do_not_overlap() -> None:
    assert overlap("gradient descent converges", "protein folding kinetics") == 0.0


def test_half_of_the_telling_words_are_half() -> None:
    # telling are words of five letters or more: {gradient, descent} and {gradient, protein}
    assert overlap("the gradient descent", "the gradient protein") == 0.5


def test_nothing_overlaps_with_everything() -> None:
    assert overlap("", "gradient descent") == 1.0


# -------------------------------------------------------------------------------------------------------- tokens


def words(text: str) -> list[str]:
    return [folded for token in tokens(text) if (folded := word(token))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low-Rank adaptation", ["low", "rank", "adaptation"]),
        ("C++, c# and F# but C", ["c++", "c#", "and", "f#", "but", "c"]),
        ("abc++ x#", ["abc", "x"]),
        ("Shor's and SHOR’S, transformers'", ["shor", "and", "shor", "transformers"]),
        ("don't", ["don", "t"]),
        ("ell_p of GPT-4o", ["ell", "p", "of", "gpt", "4o"]),
        ("naïve Poincar\u0065\u0301 x\u0302y", ["naive", "poincare", "xy"]),
        (r"Poincar\'e, N\"ollenburg's, Erd{\H{o}}s, Garc\'{i}a", ["poincare", "nollenburg", "erdos", "garcia"]),
        (r"\textbf{speculative} \emph{decoding} in $\alpha$", ["speculative", "decoding", "in", "alpha"]),
        ("α-stable", ["alpha", "stable"]),
        (" … ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("hyphen", ["-", "‐", "‑", "–", "\u00ad"])
def test_a_hyphen_joins_two_words(hyphen: str) -> None:
    assert [is_hyphen(token) for token in tokens(f"fine{hyphen}tuning")] == [False, True, False]


@pytest.mark.parametrize("text", ["ell_p", "n^2"])
def test_the_sign_of_a_script_joins_like_a_hyphen(text: str) -> None:
    assert [is_hyphen(token) for token in tokens(text)] == [False, True, False]


@pytest.mark.parametrize("text", ["_a", "a_", "a _ b", "a__b", "low- and high", "a - b", "a--b", "-a", "a-"])
def test_any_other_dash_joins_nothing(text: str) -> None:
    assert not any(map(is_hyphen, tokens(text)))


@pytest.mark.parametrize("end", [". ", "? ", "! ", "; ", '." ', ".) "])
def test_the_end_of_a_sentence_is_a_token_and_no_word(end: str) -> None:
    first, stop, second = tokens(f"one{end}two")
    assert (first, word(stop), is_hyphen(stop), second) == ("one", "", False, "two")


@pytest.mark.parametrize("within", [", ", " (", ": ", ".", "/", "; "[0]])
def test_other_punctuation_is_nothing(within: str) -> None:
    assert tokens(f"one{within}two") == ["one", "two"]


@given(st.text() | st.text(alphabet="ab'’s-\u00ad. \\\"{}é\u0301+c#_"))
def test_spans_cut_the_tokens_out_of_the_text(text: str) -> None:
    if "\\" not in text:
        assert [text[begin:end] for begin, end in token_spans(text)] == tokens(text)
    assert len(token_spans(text)) == len(tokens(text))
    assert all(character not in ' "*|:' for token in tokens(text) for character in word(token))


def test_spans_hold_where_tex_was_left_out() -> None:
    text = r"A \textbf{bold} \'etude"
    assert [text[begin:end] for begin, end in token_spans(text)] == ["A", "bold", r"\'etude"]


@given(st.text(alphabet="ab-. '’c"))
def test_a_hyphen_always_stands_between_two_words(text: str) -> None:
    found = tokens(text)
    for at, token in enumerate(found):
        if is_hyphen(token):
            assert 0 < at < len(found) - 1
            assert word(found[at - 1])
            assert word(found[at + 1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("model", "models"),
        ("quantized", "quantization"),
        ("tuning", "tuned"),
        ("policy", "policies"),
        ("llm", "llms"),
        ("v100", "v100s"),
        ("gan", "gans"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_different_words_keep_different_stems() -> None:
    assert len({stem(folded) for folded in ("art", "smart", "artist", "c", "c++", "c#", "gp", "gps")}) == 8


def test_a_word_of_no_language_is_left_alone() -> None:
    assert stem("models" * 1000) == "models" * 1000


def test_threads_may_stem_at_once() -> None:
    many = [f"quantization{number}" for number in range(5000)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(stem, many, chunksize=10)) == many
        assert list(threads.map(stem, ["models"] * 1000)) == ["model"] * 1000
