"""The keyword language: what a person types becomes a pattern, a sign and a weight.

    speculative decoding      a phrase in title or abstract: inflected, hyphenated or not, never a part of a word
    "kv cache"                these very words in a row, not inflected
    quantiz*   neural quant*  the last word is only begun
    title:pruning             in the title alone; also abstract:
    author:"Song Han"         these names, in this order, in the name of one author
    cat:cs.LG   cat:cs.*      a category, or a whole archive
    -survey                   papers that have it are out
    +benchmark                papers that don't have it are out
    kv cache ^2.5             counts two and a half times

Keywords are compared literally: nothing a person types becomes a regular expression.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, NoReturn

from digest.errors import KeywordError
from digest.text import is_hyphen, stem, token_spans, word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FIELDS", "GREATEST_WEIGHT", "MOST_KEYWORDS", "Keyword", "Pattern", "Sign", "parse", "parse_profile"]

#: where a keyword can be met
FIELDS = ("title", "abstract", "author", "cat")
_TEXTS = ("title", "abstract")
GREATEST_WEIGHT = 1000

#: characters of a keyword, and of its sign and weight beside it; white space is not counted
_LONGEST = 200
_LONGEST_BESIDE = 40
_MOST_WORDS = 12
_SHORTEST_PREFIX = 3
#: keywords of a profile, those of one meaning counted each; what one profile costs the others is bounded by it
MOST_KEYWORDS = 1000

_FIELD = re.compile(r"\s*([^\W\d_]\w*)\s*:\s*")
_CATEGORY = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*(?=(?:\.\*)?$)")
# What word processors and telephones make of quotes, and of the minus in front of a word.
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_MINUS = "-−–—"


class Sign(Enum):
    """What a keyword does to the papers that have it."""

    NORMAL = ""
    MUST = "+"
    EXCLUDE = "-"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for, and where: a keyword without sign and weight, so that profiles can share it.

    Each of ``forms`` is a row of symbols, and any of them will do. In texts a symbol is a stem (``decod``), a word as
    it stands (``"kv"``, with its quotes) or a word's beginning (``quantiz*``); for authors it is a folded name, for
    categories the folded category.
    """

    fields: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    #: a short name that all keywords of this meaning share, the same in every run
    id: str = field(init=False, compare=False, repr=False)
    #: the distinct words of a phrase; none where it is looked for as written, or begun
    symbols: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make what is asked for time and again while hundreds of thousands are looked for."""
        forms = "|".join(map(" ".join, self.forms))
        object.__setattr__(self, "id", forms if self.fields == _TEXTS else f"{self.fields[0]}:{forms}")
        object.__setattr__(self, "symbols", self._symbols())

    def __hash__(self) -> int:
        """A string keeps its hash, and a tuple makes it anew each time."""
        return hash(self.id)

    def _symbols(self) -> tuple[str, ...]:
        if len(self.forms[0]) < 2 or self.fields[0] not in _TEXTS or not all(map(str.isalnum, self.forms[0])):
            return ()
        symbols = tuple(dict.fromkeys(self.forms[0]))
        return symbols if len(symbols) == len(self.forms[0]) else ()

    @property
    def words(self) -> tuple[Pattern, ...]:
        """The words of a phrase, each a pattern of its own; see ``symbols``."""
        return tuple(Pattern(self.fields, ((symbol,),)) for symbol in self.symbols)


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a profile."""

    #: as it was typed
    text: str
    pattern: Pattern
    sign: Sign = Sign.NORMAL
    weight: float = 1.0
    #: for a person to read, without sign, weight and needless quotes; it parses to the same pattern
    label: str = ""


def parse(text: str) -> Keyword:
    """Read one keyword; KeywordError with the place of what is wrong."""
    return _Parser(text).keyword()


def parse_profile(keywords: Sequence[str]) -> tuple[Keyword, ...]:
    """Read a profile's keywords; KeywordError where one is wrong, where they are too many, or find nothing together.

    Keywords of one meaning ("diffusion model", "diffusion models ^2") become one: the first, with the greatest weight
    of them; it is a must if any of them is.
    """
    if len(keywords) > MOST_KEYWORDS:
        over = f"split this one, which has {len(keywords):,}, before the {MOST_KEYWORDS + 1:,}st"
        reason = f"a profile has at most {MOST_KEYWORDS:,} keywords; {over}"
        raise KeywordError(keywords[MOST_KEYWORDS], 0, reason)
    merged: dict[Pattern, Keyword] = {}
    for text in keywords:
        keyword = parse(text)
        first = merged.setdefault(keyword.pattern, keyword)
        if (first.sign is Sign.EXCLUDE) != (keyword.sign is Sign.EXCLUDE):
            raise KeywordError(text, 0, f"this contradicts {first.text!r}: one looks for what the other excludes")
        sign = Sign.MUST if Sign.MUST in (first.sign, keyword.sign) else first.sign
        merged[keyword.pattern] = replace(first, sign=sign, weight=max(first.weight, keyword.weight))
    if all(keyword.sign is Sign.EXCLUDE for keyword in merged.values()):
        reason = "a profile needs a keyword to look for" + (", not only what to exclude" if keywords else "")
        raise KeywordError(keywords[0] if keywords else "", 0, reason)
    return tuple(merged.values())


class _Parser:
    """One keyword being read. Positions count characters of the text from 0."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.translate(_QUOTES)

    def _fail(self, position: int, reason: str) -> NoReturn:
        raise KeywordError(self._text, position, reason)

    def keyword(self) -> Keyword:
        self._check_characters()
        begin = self._skip_space(0)
        if begin == len(self._text):
            self._fail(0, "the keyword is empty")
        sign = Sign.EXCLUDE if self._text[begin] in _MINUS else Sign.MUST if self._text[begin] == "+" else Sign.NORMAL
        if sign is not Sign.NORMAL:
            begin = self._skip_space(begin + 1)
        caret = self._caret()
        weight = 1.0 if caret is None else self._weight(caret, sign)
        end = len(self._plain[:caret].rstrip())
        if begin >= end:
            self._fail(min(begin, len(self._text) - 1), "there is no keyword here, only a sign or a weight")
        self._check_length(begin, end)
        field, begin = self._field(begin, end)
        pattern, label = self._pattern(field, begin, end)
        return Keyword(self._text, pattern, sign, weight, f"{field}: {label}" if field else label)

    def _check_characters(self) -> None:
        if len(self._text) <= _LONGEST and self._text.isascii() and self._text.isprintable():
            return  # as nearly all are
        count = 0
        for position, character in enumerate(self._text):
            if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
                self._fail(position, f"an invisible character (U+{ord(character):04X}) stands here")
            count += not character.isspace()
            if count > _LONGEST + _LONGEST_BESIDE:  # whatever it is: nobody sends more through the parser
                self._fail(position, f"a keyword has at most {_LONGEST} characters, and its weight {_LONGEST_BESIDE}")

    def _check_length(self, begin: int, end: int) -> None:
        """Hold the keyword alone to its length: feedback gives it other weights, with more digits."""
        if end - begin <= _LONGEST:
            return
        counted = [position for position in range(begin, end) if not self._text[position].isspace()]
        if len(counted) > _LONGEST:
            self._fail(counted[_LONGEST], f"a keyword has at most {_LONGEST} characters")

    def _skip_space(self, position: int) -> int:
        return len(self._text) - len(self._text[position:].lstrip())

    # -- weight

    def _caret(self) -> int | None:
        """Where the weight begins: at the first ^ that no quotes hold."""
        quoted = False
        for position, character in enumerate(self._plain if "^" in self._plain else ""):
            quoted ^= character == '"'
            if character == "^" and not quoted:
                return position
        return None

    def _weight(self, caret: int, sign: Sign) -> float:
        number = self._text[caret + 1 :].strip()
        place = min(self._skip_space(caret + 1), len(self._text) - 1)
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if math.isnan(weight):
            self._fail(place, f"a weight is a number such as ^2 or ^0.5 at the end, not {number[:20]!r}")
        if weight > GREATEST_WEIGHT:
            self._fail(place, f"a weight is at most {GREATEST_WEIGHT}")
        if weight <= 0:
            self._fail(place, "a weight is greater than 0; use -keyword to exclude")
        if sign is Sign.EXCLUDE:
            self._fail(caret, "what is excluded has no weight")
        return weight

    # -- field

    def _field(self, begin: int, end: int) -> tuple[str | None, int]:
        found = _FIELD.match(self._plain, begin, end)
        if not found:
            return None, begin
        name = found[1].lower()
        if name not in FIELDS:
            self._fail(found.start(1), self._unknown_field(name))
        if found.end() == end:
            self._fail(end - 1, f"nothing follows {name}:")
        return name, found.end()

    def _unknown_field(self, name: str) -> str:
        begun = [field for field in FIELDS if field.startswith(name) or name.startswith(field)]
        if near := begun or get_close_matches(name, FIELDS, n=1):
            return f"there is no field {name!r}; did you mean '{near[0]}:'?"
        return f"there is no field {name!r}, only {', '.join(FIELDS)}; within a phrase leave the colon out"

    # -- what is looked for

    def _pattern(self, field: str | None, begin: int, end: int) -> tuple[Pattern, str]:
        inner_begin, inner_end, quoted = self._unquoted(begin, end)
        inner = self._text[inner_begin:inner_end]
        label = " ".join(inner.split())
        if field == "cat":
            return self._category(inner, inner_begin), label
        begun = not quoted and field != "author" and inner.endswith("*")
        star = inner.find("*", 0, len(inner) - begun)
        if star >= 0:
            self._fail(inner_begin + star, "* stands only at the end, where it cuts the last word, and not in quotes")
        compounds = self._compounds(inner_begin, inner_end - begun)
        if begun:
            self._check_prefix(compounds, inner_end)
        if field == "author":
            names = tuple(part for compound in compounds for part in compound)
            return Pattern(("author",), (names,)), f'"{label}"' if _must_be_quoted(label) else label
        fields = (field,) if field else _TEXTS
        if quoted:
            return Pattern(fields, (tuple(f'"{part}"' for compound in compounds for part in compound),)), f'"{label}"'
        return Pattern(fields, _forms(compounds, begun=begun)), label

    def _unquoted(self, begin: int, end: int) -> tuple[int, int, bool]:
        """What stands in the quotes, if there are any."""
        inner = self._plain[begin:end]
        if inner[0] != '"':
            for character, reason in (
                ('"', "quotes stand around the whole phrase"),
                (":", f"a colon stands only after {', '.join(FIELDS)}; within a phrase leave it out"),
            ):
                if character in inner:
                    self._fail(begin + inner.index(character), reason)
            if inner[0] in _MINUS + "+":
                self._fail(begin, "a sign stands once, in front of everything else")
            return begin, end, False
        close = inner.find('"', 1)
        if close < 0:
            self._fail(begin, "this quote is not closed")
        if close + 1 < len(inner):
            self._fail(begin + close + 1, "only a weight can follow the closing quote")
        return begin + 1, begin + close, True

    def _category(self, inner: str, begin: int) -> Pattern:
        found = _CATEGORY.match(inner)
        if not found:
            self._fail(begin, "a category is written cs.LG, and a whole archive cs.*")
        return Pattern(("cat",), ((found[0].casefold(),),))

    def _compounds(self, begin: int, end: int) -> list[list[str]]:
        """The words, those that hyphens join together in one list."""
        inner = self._text[begin:end]
        compounds: list[list[str]] = []
        joined = False
        count = 0
        for start, stop in token_spans(inner):
            token = inner[start:stop]
            if is_hyphen(token):
                joined = True
            elif folded := word(token):
                count += 1
                if count > _MOST_WORDS:
                    self._fail(begin + start, f"a keyword has at most {_MOST_WORDS} words")
                if joined:
                    compounds[-1].append(folded)
                else:
                    compounds.append([folded])
                joined = False
        if not compounds:
            self._fail(begin if begin < len(self._text) else begin - 1, "there is no letter or digit to look for")
        return compounds

    def _check_prefix(self, compounds: list[list[str]], end: int) -> None:
        if unicodedata.category(self._text[end - 2])[0] not in "LNM":
            self._fail(end - 1, "* follows the beginning of a word directly")
        if len(compounds[-1][-1]) < _SHORTEST_PREFIX:
            self._fail(end - 1, f"at least {_SHORTEST_PREFIX} letters stand before *")


def _must_be_quoted(name: str) -> bool:
    return name[0] in _MINUS + "+" or not {"^", ":"}.isdisjoint(name)


def _forms(compounds: list[list[str]], *, begun: bool) -> tuple[tuple[str, ...], ...]:
    """The rows of symbols of a phrase: "fine-tuning" is looked for in two words and in one."""
    apart = _symbols([part for compound in compounds for part in compound], begun=begun)
    together = _symbols(["".join(compound) for compound in compounds], begun=begun)
    return (apart,) if apart == together else (apart, together)


def _symbols(words: Sequence[str], *, begun: bool) -> tuple[str, ...]:
    last = f"{words[-1]}*" if begun else stem(words[-1])
    return (*map(stem, words[:-1]), last)
