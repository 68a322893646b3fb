"""What a keyword is: a pattern to look for, and what finding it means to one reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

__all__ = ["FIELDS", "GREATEST_WEIGHT", "PARTICIPLE", "RELATED", "TEXTS", "Keyword", "Pattern", "Sign"]

#: the fields of a paper that a keyword can match
FIELDS = ("title", "abstract", "author", "cat")
#: the fields of a keyword that names none
TEXTS = ("title", "abstract")
GREATEST_WEIGHT = 1000
#: a symbol that begins with it is a root, which words share that are not forms of one word
RELATED = "~"
#: a symbol that begins with it is a participle behind a hyphen, as it is written: who types "supervised" finds
#: "self-supervised", but who types "review" does not find "peer-reviewed"
PARTICIPLE = "="


class Sign(Enum):
    """What a keyword does to the papers that have it."""

    NORMAL = ""
    MUST = "+"
    EXCLUDE = "-"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to look for, and where: a keyword without sign and weight, so that profiles can share it.

    Each of ``forms`` is a row of symbols; a text has the pattern if it has any of them. In texts a symbol is the key of
    a word (``decod``; see ``digest.english.inflection``), an exact word (``"kv"``, with its quotes) or the beginning of
    a word (``quantiz*``); for authors it is a folded name, for categories the folded category.
    """

    fields: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    #: a short name, the same in every run; keywords of one meaning share it
    id: str = field(init=False, compare=False, repr=False)
    #: the distinct words of a phrase; none where it is quoted or ends in ``*``
    symbols: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compute once what is needed again and again while hundreds of thousands are looked for."""
        forms = "|".join(map(" ".join, self.forms))
        object.__setattr__(self, "id", forms if self.fields == TEXTS else f"{self.fields[0]}:{forms}")
        object.__setattr__(self, "symbols", self._symbols())

    def __hash__(self) -> int:
        """Hash the id: a string keeps its hash, a tuple computes it each time."""
        return hash(self.id)

    def _symbols(self) -> tuple[str, ...]:
        if len(self.forms[0]) < 2 or self.fields[0] not in TEXTS or not all(map(_is_word, self.forms[0])):
            return ()
        symbols = tuple(dict.fromkeys(self.forms[0]))
        return symbols if len(symbols) == len(self.forms[0]) else ()

    @property
    def words(self) -> tuple[Pattern, ...]:
        """The words of a phrase, each a pattern of its own; see ``symbols``."""
        return tuple(Pattern(self.fields, ((symbol,),)) for symbol in self.symbols)


def _is_word(symbol: str) -> bool:
    """Whether a symbol says something alone: the characters of a Chinese word don't."""
    return symbol.isalnum() and symbol.isascii()


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a profile."""

    pattern: Pattern
    #: for a person to read, without sign, weight and needless quotes; it parses to the same pattern
    label: str
    sign: Sign = Sign.NORMAL
    #: more than 0, at most GREATEST_WEIGHT
    weight: float = 1.0
    #: the weight after feedback, None without; it only changes the order, so that no click silences a keyword
    tuned: float | None = None

    def __hash__(self) -> int:
        """Hash what tells keywords apart and is hashed quickly: profiles are looked up by their keywords."""
        return hash((self.label, self.weight))

    @property
    def scoring(self) -> float:
        """The weight that decides the order."""
        return self.weight if self.tuned is None else self.tuned

    @property
    def text(self) -> str:
        """As a person would type it; it parses to the same keyword."""
        phrase = self.label
        if self.pattern.fields != TEXTS:
            field, _, phrase = phrase.partition(": ")
            if field == "author" and " " in phrase and not phrase.startswith('"'):
                phrase = f'"{phrase}"'
            phrase = f"{field}:{phrase}"
        weight = "" if self.weight == 1 else f" ^{self.weight!r}".removesuffix(".0")
        return f"{self.sign.value}{phrase}{weight}"
