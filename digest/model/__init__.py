"""The data types of digest, from a dump to a delivery.

They are frozen and have no behaviour. A ``datetime`` is aware and in UTC. A ``date`` is used if only the day is known.
``None`` means *unknown*; nothing is guessed.
"""

from digest.model.editions import Alike, Edition, EditionState, Entry, Match, Miss, RankedPaper, Standing
from digest.model.feedback import Direction, Feedback
from digest.model.findings import Finding, Verdict
from digest.model.output import Day, Delivery, DeliveryState, OutputContext, OutputFile, Publication, Unsent
from digest.model.papers import Change, ChangeKind, KnownPaper, Links, Paper, Reject
from digest.model.readers import Profile, Reader, ReaderKind, feed_id, subscriber_id
from digest.model.receipts import Counts, Receipt, Status
from digest.model.subscribers import SetAside, Subscriber

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
    "SetAside",
    "Standing",
    "Status",
    "Subscriber",
    "Unsent",
    "Verdict",
    "feed_id",
    "subscriber_id",
]
