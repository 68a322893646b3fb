"""TeX's macros in Unicode."""

from __future__ import annotations

__all__ = [
    "ABOVE",
    "ACCENTS",
    "BELOW",
    "CONTROLS",
    "DOUBLE_STRUCK",
    "FUNCTIONS",
    "LEFT_OUT",
    "LETTERS",
    "MATH_ACCENTS",
    "OPERATORS",
    "RAISED",
    "SHOWN",
    "SILENT",
    "SPACES",
    "SYMBOLS",
]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _pairs(words: str) -> dict[str, str]:
    listed = words.split()
    return dict(zip(listed[::2], listed[1::2], strict=True))


#: letters of languages; TeX drops the space after these macros
LETTERS = _pairs(
    "aa å AA Å ae æ AE Æ oe œ OE Œ o ø O Ø l ł L Ł ss ß SS ẞ i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ"
)

SYMBOLS = _pairs(
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ iota ι kappa κ varkappa κ"
    " lambda λ mu μ nu ν xi ξ omicron ο pi π varpi π rho ρ varrho ρ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ"
    " chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω digamma ϝ"
    " ell ℓ hbar ℏ hslash ℏ partial ∂ nabla ∇ infty ∞ infinity ∞ aleph ℵ beth ℶ wp ℘ Re ℜ Im ℑ imath ı jmath ȷ"
    " emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ triangle △ prime ′ degree °"
    " sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀"
    " bigsqcup ⨆ ldots … dots … dotsc … dotsb … textellipsis … cdots ⋯ vdots ⋮ ddots ⋱ sharp ♯ flat ♭ natural ♮ surd √"
    " langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉"
    " vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ lbrace { rbrace }"
    " lbrack [ rbrack ] star ⋆ ast * bullet • checkmark ✓ square □ Box □ blacksquare ■ diamond ⋄ Diamond ◇ heartsuit ♥"
    " uparrow ↑ downarrow ↓ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ updownarrow ↕ dag † dagger † ddag ‡ ddagger ‡"
    " copyright © textcopyright © textregistered ® texttrademark ™ texttimes × textpm ± textmu μ textdegree °"
    " textendash – textemdash — textquoteright ’ textquoteleft ‘ textquotedblleft “ textquotedblright ”"
    " textquotesingle ' textless < textgreater > textbar | textasciitilde ~ textasciicircum ^ textunderscore _"
    " textdollar $ texteuro € euro € pounds £ textsterling £ textbackslash ∖ backslash ∖ textbullet • S § P ¶ lt < gt >"
    " TeX TeX LaTeX LaTeX textperthousand ‰ colon : And & slash /"
)

#: binary operators and relations, with the same space on both sides
OPERATORS = _pairs(
    "times × cdot · div ÷ pm ± mp ∓ leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ ll ≪ gg ≫ approx ≈ sim ∼"
    " simeq ≃ cong ≅ equiv ≡ propto ∝ varpropto ∝ in ∈ ni ∋ notin ∉ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃"
    " supseteq ⊇ supsetneq ⊋ cup ∪ cap ∩ sqcup ⊔ sqcap ⊓ uplus ⊎ setminus ∖ wedge ∧ land ∧ vee ∨ lor ∨ oplus ⊕"
    " ominus ⊖ otimes ⊗ odot ⊙ oslash ⊘ circ ∘ to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ Rightarrow ⇒"
    " implies ⇒ Leftarrow ⇐ impliedby ⇐ Leftrightarrow ⇔ iff ⇔ mapsto ↦ longmapsto ↦ longrightarrow → longleftarrow ←"
    " Longrightarrow ⇒ Longleftrightarrow ⇔ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightleftharpoons ⇌"
    " leadsto ⇝ rightsquigarrow ⇝ twoheadrightarrow ↠ perp ⊥ parallel ∥ mid | nmid ∤ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨"
    " prec ≺ succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳ lessapprox ≲ gtrapprox ≳ asymp ≍ doteq ≐ coloneqq ≔"
    " triangleq ≜ bowtie ⋈ ltimes ⋉ rtimes ⋊ nleq ≰ ngeq ≱ trianglelefteq ⊴ amalg ⨿ dotplus ∔"
)

SPACES = _words("quad qquad newline par enspace thinspace smallskip medskip bigskip item")

#: macros that change only how the following text looks
SILENT = _words(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm limits nolimits"
    " displaystyle textstyle scriptstyle scriptscriptstyle rm bf it tt sf sc sl em cal mit bfseries itshape"
    " rmfamily ttfamily sffamily scshape normalfont tiny scriptsize footnotesize small normalsize large Large"
    " LARGE huge Huge centering noindent xspace protect relax null strut nonumber notag allowbreak nobreak"
    " ignorespaces unskip maketitle"
)
#: macros that are left out together with their argument
LEFT_OUT = _words(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar parencite textcite autocite nocite ref"
    " eqref pageref cref Cref autoref label thanks vspace hspace phantom hphantom vphantom footnotemark color"
    " pagestyle begin end tag hypersetup vskip hskip"
)
#: macros that show only their argument, as all macros that begin with math or text do
SHOWN = _words(
    "emph mbox hbox fbox boldsymbol bm pmb bold underline overline uline sout underbrace overbrace ensuremath"
    " operatorname mathop vec overrightarrow boxed smash substack overleftarrow"
)
FUNCTIONS = _words(
    "arccos arcsin arctan arg argmax argmin cos cosh cot deg det diag dim exp gcd hom inf ker lg lim liminf"
    " limsup ln log max min mod polylog poly Pr rank sgn sign sin sinh softmax sup tan tanh tr"
)

#: backslashes before signs
CONTROLS = (
    {sign: sign for sign in "%&$#_{}"} | dict.fromkeys(",;:>\\ \t\n\r", " ") | dict.fromkeys("!-/@", "") | {"|": "‖"}
)

#: accents in text, as combining marks
ACCENTS = {
    "'": "\u0301",
    '"': "\u0308",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "t": "\u0361",
    "c": "\u0327",
    "d": "\u0323",
    "b": "\u0331",
    "k": "\u0328",
    "r": "\u030a",
}
MATH_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
}
DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))

ABOVE = str.maketrans(
    "0123456789+-=abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδεθφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵋᶿᵠᵡ",
)
BELOW = str.maketrans("0123456789+-=aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")
#: superscripts with their own sign, and the endings of ordinals, which stay on the line
RAISED = {
    "′": "′",
    "″": "″",
    "∘": "°",
    "*": "*",
    "†": "†",
    "‡": "‡",
    "⊤": "ᵀ",
    "TM": "™",
    "®": "®",
    "⋆": "⋆",
    **{ending: ending for ending in ("th", "st", "nd", "rd")},
}
