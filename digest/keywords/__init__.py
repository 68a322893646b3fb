"""The keyword language: what a person types becomes a pattern, a sign and a weight.

    speculative decoding      a phrase in title or abstract: inflected, hyphenated or joined, never a part of a word
    "kv cache"                exactly these words in a row, not inflected; "CLIP" asks for the capitals
    quantiz*   neural quant*  any ending of the last word
    title:pruning             in the title only; also abstract:
    author:"Song Han"         an author of that name, in any form of it: Han, Song; S. Han; Han Song
    cat:cs.LG   cat:cs.*      a category, or a whole archive
    -survey                   leaves out papers that have it
    +benchmark                leaves out papers that don't have it
    kv cache ^2.5             counts two and a half times

Keywords are compared literally: nothing that a person types becomes a regular expression. Text is parsed once, where it
enters the program; after that a keyword is a value, and text is written from it only for people and for storage.
"""

from digest.keywords.keyword import FIELDS, GREATEST_WEIGHT, PARTICIPLE, RELATED, Keyword, Pattern, Sign
from digest.keywords.parser import MOST_KEYWORDS, check_number, merge, parse, parse_profile

__all__ = [
    "FIELDS",
    "GREATEST_WEIGHT",
    "MOST_KEYWORDS",
    "PARTICIPLE",
    "RELATED",
    "Keyword",
    "Pattern",
    "Sign",
    "check_number",
    "merge",
    "parse",
    "parse_profile",
]
