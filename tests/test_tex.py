r"""TeX said in Unicode: what a reader sees of ``$\ell_p$`` and ``N\"ollenburg``."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.tex import name_to_unicode, to_unicode

if TYPE_CHECKING:
    from pathlib import Path

# --------------------------------------------------------------------------------------------------------- letters


@pytest.mark.parametrize(
    ("tex", "name"),
    [
        (r"N\"ollenburg", "Nöllenburg"),
        (r"M{\aa}ns", "Måns"),
        (r"Ren\'e Garc\'{\i}a", "René García"),
        (r"\v{C}ech and \v Cech", "Čech and Čech"),
        (r"Erd{\H{o}}s, Erd\H os", "Erdős, Erdős"),
        (r"{\L}ucja \O{}stby", "Łucja Østby"),
        (r"Na\"\i ve Stra\ss e", "Naïve Straße"),
        (r"Nguy{\~{\^e}}n", "Nguyễn"),
        (r"\c{S}ahin \k{a} \r{u} \.Ilker \=o \u{g}", "Şahin ą ů İlker ō ğ"),
        ("Ada~{van der} Berg", "Ada van der Berg"),
        ("Ada Lovelace", "Ada Lovelace"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_names(tex: str, name: str) -> None:
    assert name_to_unicode(tex) == name


def test_an_escaped_quote_is_no_accent() -> None:
    assert to_unicode(r"the \"best\" of it") == 'the "best" of it'


# ----------------------------------------------------------------------------------------------------- mathematics


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"$\ell_p$ norms, $\ell_\infty$", "ℓₚ norms, ℓ_∞"),
        (r"$\alpha$-stable $(\epsilon,\delta)$, $\Omega$", "α-stable (ε,δ), Ω"),
        ("$x_1$, $x_{ij}$, $x_{t-1}$, $x_i^2$", "x₁, xᵢⱼ, xₜ₋₁, xᵢ²"),
        ("$10^{-3}$, A$^K$, CO$_2$, $^{87}$Rb", "10⁻³, Aᴷ, CO₂, ⁸⁷Rb"),
        (r"$90^\circ$, $x^*$, $x^\top$, $f'(x)$, $20^{th}$", "90°, x*, xᵀ, f′(x), 20th"),
        (r"$x_{\max}$, $L_{\text{CE}}$, $2^{O(n)}$, $x_{i,j}$, $n^{1/2}$", "x_max, L_CE, 2^(O(n)), x_(i,j), n^(1/2)"),
        ("$x_{max}y$", "x_(max)y"),
        (r"$\mathbb{R}^d$, $\mathbb{E}[x]$, $\mathcal{O}(n)$, $\mathbf{x}$", "ℝᵈ, E[x], O(n), x"),
        (r"$\tilde{O}(d)$, $\hat{x}$, $\bar\theta$, $\overline{AB}$", "Õ(d), x̂, θ̄, AB"),
        (r"$\frac{a+b}{c}$, $\frac12$, $2\frac{1}{2}$, $\frac{a}{b}c$", "(a+b)/c, 1/2, 2 1/2, a/b c"),
        (r"$\sqrt{x}$, $\sqrt{x+y}$, $\sqrt[3]{n}$, $\binom{n}{k}$", "√x, √(x+y), ³√n, (n choose k)"),
        (r"$\sum_{i=1}^n x_i$, $\int f\,dx$, $\nabla f$, $\partial$", "∑ᵢ₌₁ⁿ xᵢ, ∫ f dx, ∇f, ∂"),
        (r"$\not= $, $\not\in$, $\{0,1\}$, $\|x\|$", "≠, ∉, {0,1}, ‖x‖"),
        (r"$\left(x\right)$, $\left.x\right|_0$, $\big[x\big]$", "(x), x|₀, [x]"),
        (r"$n\log n$, $\log\log n$, $\log_2 n$", "n log n, log log n, log₂ n"),
        (r"$\underset{\theta}{\min}$, $a \pmod{n}$, $a \bmod n$", "min_θ, a (mod n), a mod n"),
        (r"$$E = mc^2$$, \[ a^2 \], \( b_1 \), $a$$b$", "E = mc², a², b₁, ab"),
    ],
)
def test_mathematics(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"$x \in X$", "x ∈ X"),
        (r"$x\in X$", "x∈X"),
        (r"$x \to\infty$", "x → ∞"),
        (r"$\sim 5$", "∼5"),
        (r"4.98$\times$ faster", "4.98× faster"),
        (r"4.98\times faster", "4.98× faster"),
        (r"$\Delta t$", "Δt"),
        (r"\alpha divergence", "α divergence"),
    ],
)
def test_spaces_that_only_end_a_macro_are_no_spaces(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


# ------------------------------------------------------------------------------------------------------------ text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\emph{a} \textbf{b \textit{c}} {\it d} \texttt{e\_f}", "a b c d e_f"),
        (r"100\% \& \# \_ \$5", "100% & # _ $5"),
        ("``quoted'' -- and --- dashed", "“quoted” – and — dashed"),
        (r"Fig.~1, of~the, Eq.~(3), Ref.~$x$", "Fig. 1, of the, Eq. (3), Ref. x"),
        (r"\url{https://papers.example/a\_b} \href{https://papers.example}{there}", "https://papers.example/a_b there"),
        (r"known \cite{a}, and~\citep[p.~3]{b}.", "known, and."),
        (r"code\footnote{At \url{papers.example}}.", "code (At papers.example)."),
        ("{B}ayesian {GPU}s", "Bayesian GPUs"),
        ("10^{-3} and x_{ij}", "10⁻³ and xᵢⱼ"),
    ],
)
def test_running_text(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\ours{} beats \ours\xspace and \theirs", "ours beats ours and theirs"),
        (r"\hl{marked} text", "marked text"),
        (r"$\KL{p}{q}$ and $2\gain$", "KL(p)(q) and 2 gain"),
    ],
)
def test_an_unknown_macro_keeps_its_name_unless_it_dresses_text(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


@pytest.mark.parametrize(
    ("stripped", "text"),
    [
        ("mathcal{O}(n) and mathbb R", "O(n) and ℝ"),
        ("tilde{O}(sqrt{n}), frac{a}{b}", "Õ(√n), a/b"),
        # Here a fraction lost its name: nobody knows what was under the root.
        ("sqrt{d}{n}", "sqrt{d}{n}"),
        ("4.98times, sim!0.1%, ell_p, O(n^2)", "4.98times, sim!0.1%, ell_p, O(n^2)"),
    ],
)
def test_of_stripped_tex_only_what_is_sure_is_mended(stripped: str, text: str) -> None:
    assert to_unicode(stripped) == text


# ----------------------------------------------------------------------------------------------- money, and no TeX


@pytest.mark.parametrize(
    "text",
    [
        "costs $5",
        "costs $5 and $10 a month",
        "a $300M budget, and $5B–$10B more",
        "($5) or ($6), $5,$10, $5/$10, US$5 and US$10",
        "from $5 (with user_id in $HOME_DIR) to $6",
        "$GME and $TSLA, $GME/$TSLA",
        "the $ sign, a $ and a $",
        r"C:\new\table",
        "{x}, {0,1}, f{x}, {}",
        "x_1, file_name, n^2, [^{a}]",
        "3~5, ~5%, r~0.5, https://papers.example/~ada",
        "a } and { b",
        "",
    ],
)
def test_what_is_no_tex_stays_as_it_is(text: str) -> None:
    assert to_unicode(text) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("a $300M budget for $x_1$ and $y$", "a $300M budget for x₁ and y"),
        ("$n$ at $5 each", "n at $5 each"),
        ("$5$ layers, $K$-means, $n$th, $p<0.05$, $[0,1)$", "5 layers, K-means, nth, p<0.05, [0,1)"),
        (r"$\$5$ and \$10", "$5 and $10"),
    ],
)
def test_money_and_mathematics_stand_side_by_side(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


def test_text_without_tex_is_not_even_copied() -> None:
    text = "Only words, and a few — signs."
    assert to_unicode(text) is text


# ------------------------------------------------------------------------------------------------------- any text

_PIECES = st.sampled_from(
    [
        *"\\{}$^_~` ab15'-.,[]()é\u0301\ud800\n",
        *("\\alpha", "\\frac", "\\sqrt", "\\text", "\\foo", "\\mathbb", "\\hat", "\\not", "\\in", "\\times", "\\log"),
        *(
            "\\textdollar",
            "\\textasciicircum",
            "\\footnote",
            "\\cite",
            "\\href",
            "\\binom",
            "\\pmod",
            "\\left",
            "\\url",
        ),
        *("``", "''", "$$", "\\$", "\\{", "\\}", "\\\\", "\\(", "\\)", "\\[", "\\]", "mathcal", "sqrt", "frac", "and"),
        *("\\'", '\\"', "\\^", "\\v", "\\i", "\\underset", "\\operatorname", "\\textsuperscript", "\\norm"),
    ]
)


@given(st.text() | st.lists(_PIECES, max_size=30).map("".join))
@example(r"\$x_1\$")
@example(r"\textdollar x\textdollar")
@example(r"\textasciicircum\{\}")
@example("{" * 2000 + "}" * 2000)
def test_any_text_can_be_converted_and_then_stays(text: str) -> None:
    for convert in (to_unicode, name_to_unicode):
        converted = convert(text)
        assert convert(converted) == converted
        assert len(converted) <= 2 * len(text) + 8


@pytest.mark.parametrize("piece", ["{", "}", "$", "\\", "^{", "\\frac", "\\hat", "$a ", "\\(", "\\foo{", "{\\'", "\\'"])
def test_a_long_row_of_anything_ends(piece: str) -> None:
    """A quadratic reader would need hours."""
    text = piece * (200_000 // len(piece))
    assert len(to_unicode(text)) <= 2 * len(text)


@pytest.mark.shared
def test_real_titles_and_abstracts_lose_their_dollars(shared_data: Path) -> None:
    texts = [
        record[field]
        for line in (shared_data / "jsonl" / "2025-03-19.jsonl").read_text(encoding="utf-8").splitlines()
        if isinstance(record := json.loads(line), dict)
        for field in ("title", "summary")
        if isinstance(record.get(field), str)
    ]
    with_tex = [text for text in texts if text.count("$") >= 2]
    assert with_tex
    assert not [text for text in with_tex if "$" in to_unicode(text)]
    assert not [text for text in texts if "\\" in to_unicode(text)]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("H2O", "H₂O"),
        ("SO4^2-", "SO₄²⁻"),
        ("Fe^{3+}", "Fe³⁺"),
        ("Na+", "Na⁺"),
        ("^{14}C", "¹⁴C"),
        ("2H2 + O2 -> 2H2O", "2H₂ + O₂ → 2H₂O"),
        ("CO2 + H2O <=> H2CO3", "CO₂ + H₂O ⇌ H₂CO₃"),
        ("Ca(OH)2", "Ca(OH)₂"),
        ("A ->[\\Delta] B", "A → B"),
        ("C_{n}H_{2n}", "CₙH₂ₙ"),
    ],
)
def test_formulas_of_chemistry(formula: str, text: str) -> None:
    assert to_unicode(f"\\ce{{{formula}}}") == text
    assert to_unicode(f"of $\\ce{{{formula}}}$ in water") == f"of {text} in water"


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("Navier--Stokes on pages 1--10", "Navier–Stokes on pages 1–10"),
        ("snails---and moons --- too", "snails—and moons — too"),
        ("a -- b", "a – b"),
        ("run it with --verbose", "run it with --verbose"),
        ("i--; x-- ", "i--; x– "),
        ("<!-- x --> a --> b ---- c", "<!-- x --> a --> b ---- c"),
        (r"Blagojevi\ifmmode \acute{c}\else \'{c}\fi{}", "Blagojević"),
    ],
)
def test_dashes_and_accents_for_both_modes(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


SIGNS = ["$", "{", "\\(", "}", "{}", "$$", "\\", "^", "_", "~", "$a", "{a", "\\(a", "\\$", "{\\a", "x_{", "\\frac{",
         "{$", "$x$ ", "\\'e", "--", "\\ce{", "\\ifmmode"]  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS)
def test_a_million_signs_take_little_time(sign: str) -> None:
    """They were never anybody's text, and stay as they are."""
    hostile = sign * (1_000_000 // len(sign))
    began = time.process_time()
    assert to_unicode(hostile) == hostile or "-" in sign
    name_to_unicode(hostile)
    assert time.process_time() - began < 1


def test_a_long_text_with_some_mathematics_is_read() -> None:
    text = "We show that $x^2$ is more than what any snail would have thought before. " * 1000
    assert to_unicode(text) == text.replace("$x^2$", "x²")
