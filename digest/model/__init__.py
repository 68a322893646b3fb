"""The words of digest as data: what flows from a dump to a delivery.

Everything here is frozen and does nothing. Instants (``datetime``) are aware and in UTC; a ``date`` is a calendar day
where only the day is known. ``None`` is *unknown*, never a guess.
"""

from digest.model.editions import Alike, Edition, EditionState, Entry, Match, Miss, RankedPaper, Standing
from digest.model.feedback import Direction, Feedback
from digest.model.findings import Finding, Verdict
from digest.model.output import Day, Delivery, DeliveryState, OutputContext, OutputFile, Publication, Unsent
from digest.model.papers import Change, ChangeKind, KnownPaper, Links, Paper, Reject
from digest.model.readers import Profile, Reader, ReaderKind, feed_id, subscriber_id
from digest.model.receipts import Counts, Receipt, Status

__all__ = [
    "Alike",
    "Change",
    "ChangeKind",
    "Counts",
    "Day",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Edition",
    "EditionState",
    "Entry",
    "Feedback",
    "Finding",
    "KnownPaper",
    "Links",
    "Match",
    "Miss",
    "OutputContext",
    "OutputFile",
    "Paper",
    "Profile",
    "Publication",
    "RankedPaper",
    "Reader",
    "ReaderKind",
    "Receipt",
    "Reject",
    "Standing",
    "Status",
    "Unsent",
    "Verdict",
    "feed_id",
    "subscriber_id",
]
