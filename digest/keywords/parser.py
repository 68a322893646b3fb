"""Text to keywords, with the place of what is wrong."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from digest.errors import KeywordError
from digest.keywords.keyword import FIELDS, GREATEST_WEIGHT, TEXTS, Keyword, Pattern, Sign
from digest.keywords.phrase import Compound, forms
from digest.keywords.syntax import POWER, STARRED, foreign, says_nothing
from digest.names import read_name
from digest.terms import capitals, is_cjk, is_hyphen, is_tight, token_spans, word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_KEYWORDS", "check_number", "merge", "parse", "parse_profile"]

#: characters of a keyword, and of its sign and weight; white space is not counted
_LONGEST = 200
_LONGEST_BESIDE = 40
_MOST_WORDS = 12
# of a word, one character of Chinese, Japanese or Korean
_CJK_WORD = 0.25
_SHORTEST_PREFIX = 3
_SHORTEST_CJK_PREFIX = 2
#: keywords of a profile, before those of one meaning are merged; it bounds what one profile costs the others
MOST_KEYWORDS = 1000

_FIELD = re.compile(r"\s*([^\W\d_]\w*)\s*:\s*")
_CATEGORY = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*(?=(?:\.\*)?$)")
# What word processors and phones make of quotes, and of the minus in front of a word.
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_MINUS = "-−–—"
_STAR = "* goes only at the end, for any ending of the last word, and not in quotes or names"


def parse(text: str, *, stored: bool = False) -> Keyword:
    """Parse one keyword; raise KeywordError with the place of what is wrong.

    One that was ``stored`` by an older version can be of another search box's syntax, which that took for words.
    """
    return _parse(text, stored) if len(text) <= _LONGEST else _Parser(text, stored=stored).keyword()


@lru_cache(maxsize=1 << 14)
def _parse(text: str, stored: bool) -> Keyword:
    """Readers have many keywords in common."""
    return _Parser(text, stored=stored).keyword()


def parse_profile(texts: Sequence[str], *, stored: bool = False) -> tuple[Keyword, ...]:
    """Parse the keywords of a profile; raise KeywordError where one is wrong, or all together: see ``merge``."""
    check_number(texts)
    return merge([parse(text, stored=stored) for text in texts])


def check_number(texts: Sequence[str]) -> None:
    """Raise KeywordError where a profile has too many keywords, before any is parsed."""
    if len(texts) > MOST_KEYWORDS:
        over = f"split this one, which has {len(texts):,}, before the {MOST_KEYWORDS + 1:,}st"
        reason = f"a profile has at most {MOST_KEYWORDS:,} keywords; {over}"
        raise KeywordError(texts[MOST_KEYWORDS], 0, reason)


def merge(keywords: Sequence[Keyword]) -> tuple[Keyword, ...]:
    """Merge the keywords of one meaning ("diffusion model", "diffusion models ^2") into one.

    It is the first, with the greatest weight of them; it is a must if any of them is. Raise KeywordError where one
    looks for what another excludes, or where there is nothing to look for.
    """
    merged: dict[Pattern, Keyword] = {}
    for keyword in keywords:
        first = merged.setdefault(keyword.pattern, keyword)
        if (first.sign is Sign.EXCLUDE) != (keyword.sign is Sign.EXCLUDE):
            reason = f"this contradicts {first.text!r}: one looks for what the other excludes"
            raise KeywordError(keyword.text, 0, reason)
        if first is not keyword:
            sign = Sign.MUST if Sign.MUST in (first.sign, keyword.sign) else first.sign
            merged[keyword.pattern] = replace(first, sign=sign, weight=max(first.weight, keyword.weight))
    if all(keyword.sign is Sign.EXCLUDE for keyword in merged.values()):
        reason = "a profile needs a keyword to look for" + (", not only what to exclude" if keywords else "")
        raise KeywordError(keywords[0].text if keywords else "", 0, reason)
    return tuple(merged.values())


class _Parser:
    """One keyword being parsed. Positions count characters of the text from 0."""

    def __init__(self, text: str, *, stored: bool) -> None:
        self._text = text
        self._stored = stored
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
        return Keyword(pattern, f"{field}: {label}" if field else label, sign, weight)

    def _check_characters(self) -> None:
        if len(self._text) <= _LONGEST and self._text.isascii() and self._text.isprintable():
            return  # as nearly all are
        count = 0
        for position, character in enumerate(self._text):
            if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
                self._fail(position, f"there is an invisible character (U+{ord(character):04X}) here")
            count += not character.isspace()
            if count > _LONGEST + _LONGEST_BESIDE:  # nothing longer goes through the parser
                self._fail(position, f"a keyword has at most {_LONGEST} characters, and its weight {_LONGEST_BESIDE}")

    def _check_length(self, begin: int, end: int) -> None:
        """Check the length of the keyword alone: feedback gives it weights with more digits."""
        if end - begin <= _LONGEST:
            return
        counted = [position for position in range(begin, end) if not self._text[position].isspace()]
        if len(counted) > _LONGEST:
            self._fail(counted[_LONGEST], f"a keyword has at most {_LONGEST} characters")

    def _skip_space(self, position: int) -> int:
        return len(self._text) - len(self._text[position:].lstrip())

    # -- weight

    def _caret(self) -> int | None:
        """Where the weight begins: at the first ^ outside quotes that is no power."""
        if "^" not in self._plain:
            return None
        powers = {found.end() - 1 for found in POWER.finditer(self._plain)}
        quoted = False
        for position, character in enumerate(self._plain):
            quoted ^= character == '"'
            if character == "^" and not quoted and position not in powers:
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

    # -- what to look for

    def _pattern(self, field: str | None, begin: int, end: int) -> tuple[Pattern, str]:
        inner_begin, inner_end, quoted = self._unquoted(begin, end)
        inner = self._text[inner_begin:inner_end]
        label = " ".join(inner.split())
        if field == "cat":
            return self._category(inner, inner_begin), label
        if field == "author":
            return self._author(inner, inner_begin), f'"{label}"' if _must_be_quoted(label) else label
        if not (quoted or self._stored) and (found := foreign(inner)):
            self._fail(inner_begin + found[0], found[1])
        starred = {one.end() - 1 for one in STARRED.finditer(inner)}
        begun = not quoted and inner.endswith("*") and len(inner) - 1 not in starred
        star = next((at for at in range(len(inner) - begun) if inner[at] == "*" and at not in starred), -1)
        if star >= 0:
            self._fail(inner_begin + star, _STAR)
        compounds = self._compounds(inner_begin, inner_end - begun)
        if begun:
            begun = self._check_prefix(compounds[-1].tokens[-1], inner_end)
        fields = (field,) if field else TEXTS
        tokens = [token for compound in compounds for token in compound.tokens]
        if quoted:
            return Pattern(fields, (_exact(tokens),)), f'"{label}"'
        if not (begun or self._stored) and says_nothing(tokens):
            reason = "every paper has these words: add one that few have, or quote the phrase"
            self._fail(inner_begin, reason)
        return Pattern(fields, forms(compounds, begun=begun)), label

    def _author(self, inner: str, begin: int) -> Pattern:
        if "*" in inner:
            self._fail(begin + inner.index("*"), _STAR)
        name = read_name(inner)
        if not name.units:
            self._fail(begin, "there is no letter or digit to look for")
        return Pattern(("author",), (name.texts,))

    def _unquoted(self, begin: int, end: int) -> tuple[int, int, bool]:
        """The text in quotes, if there are any: where it begins and ends."""
        inner = self._plain[begin:end]
        if inner[0] != '"':
            for character, reason in (
                ('"', "quotes go around the whole phrase"),
                (":", f"a colon goes only after {', '.join(FIELDS)}; within a phrase leave it out"),
            ):
                if character in inner:
                    self._fail(begin + inner.index(character), reason)
            if inner[0] in _MINUS + "+":
                self._fail(begin, "a sign goes once, in front of everything else")
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

    def _compounds(self, begin: int, end: int) -> list[Compound]:
        """The words, those that hyphens join together as one compound."""
        inner = self._text[begin:end]
        compounds: list[Compound] = []
        joint = ""
        count = 0.0
        for start, stop in token_spans(inner):
            token = inner[start:stop]
            if is_hyphen(token):
                joint = token
            elif word(token):
                count += _CJK_WORD if is_cjk(token) else 1
                if count > _MOST_WORDS:
                    self._fail(begin + start, f"a keyword has at most {_MOST_WORDS} words")
                if joint:
                    compounds[-1].tokens.append(token)
                    compounds[-1].tight |= is_tight(joint)
                else:
                    compounds.append(Compound([token]))
                joint = ""
        if not compounds:
            self._fail(begin if begin < len(self._text) else begin - 1, "there is no letter or digit to look for")
        return compounds

    def _check_prefix(self, token: str, end: int) -> bool:
        """Check what comes before *. False where it says nothing: Chinese is found within longer words anyway."""
        if unicodedata.category(self._text[end - 2])[0] not in "LNM":
            self._fail(end - 1, "* follows the beginning of a word directly")
        if is_cjk(token):
            if not is_cjk(self._text[end - 3 : end - 2]):
                self._fail(end - 1, f"* follows at least {_SHORTEST_CJK_PREFIX} characters")
            return False
        if len(word(token)) < _SHORTEST_PREFIX:
            self._fail(end - 1, f"* follows at least {_SHORTEST_PREFIX} letters")
        return True


def _must_be_quoted(name: str) -> bool:
    return name[0] in _MINUS + "+" or not {"^", ":"}.isdisjoint(name)


def _exact(tokens: Sequence[str]) -> tuple[str, ...]:
    """The symbols of these very words; a phrase that is all in capitals asks for the capitals."""
    written = [capitals(token) for token in tokens]
    return tuple(f'"{one}"' for one in (written if all(written) else map(word, tokens)))
