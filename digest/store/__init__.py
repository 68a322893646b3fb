"""The history: papers and their aliases, the log of changes, receipts, editions and subscribers, in SQLite.

The store opens a database with ``open_store``, brings its schema up to date, and answers the pipeline in the words of
``digest.model``. Every method is one transaction; only ``recording`` keeps one open for as long as a dump is read.
Any number of threads and processes may use a history at once: readers never wait, writers wait for one another.

    store        open_store and SqlStore, which puts the rest together
    history      papers, changes, receipts and frequencies, as they are read
    recording    one dump, as it is written
    editions     editions and the outbox
    feedback     what readers said of the papers they got
    site         whether the public files are up to date
    subscribers  subscribers, when each is due, and who has unsubscribed
    secrets      what signs links
    database     connections and transactions
    sqlite       all that only SQLite does
    schema       the tables as they are now; migrations/ has how they came to be so
    upgrade      from any earlier schema to the present one
    codec        rows to the model and back
"""

from digest.store.database import copy_database
from digest.store.store import SqlStore, open_store

__all__ = ["SqlStore", "copy_database", "open_store"]
