"""Which records are the same paper, and what is new about it. Pure.

A record is recognised by its aliases. The arXiv id without version and the DOI are proof. The fingerprint of the title
is a strong hint only: "Editorial" is the title of many papers, so the abstracts must agree too, and the more so the
less there is to compare. Where many papers share a title, only title and abstract together name one.

Facts are merged so that the order in which dumps come does not matter: what is missing is filled, days take the
earliest, counts and versions the greatest, and of two spellings of a text the one that says more stays.
"""

from digest.diff.batch import Diff, PaperUpdate, diff
from digest.diff.identity import aliases

__all__ = ["Diff", "PaperUpdate", "aliases", "diff"]
