"""Find out which records are the same paper, and what is new about it. Pure.

A record is identified by its aliases. Ids are proof: the arXiv id without version, the DOI, and the ids of sites such
as OpenReview. So are the id and link that a feed gives an entry. The fingerprint of a title is only a hint: many papers
are called "Editorial". So the abstracts and authors must agree too, and must agree more if there is less text to
compare. If many papers share a title, only the title together with the abstract identifies one.

The merged result does not depend on the order of the dumps. Missing fields are filled in. Dates become the earliest
value, counts and versions the greatest. Of two spellings of a text, the one with more content is kept.
"""

from digest.diff.batch import Diff, PaperUpdate, diff
from digest.diff.identity import aliases

__all__ = ["Diff", "PaperUpdate", "aliases", "diff"]
