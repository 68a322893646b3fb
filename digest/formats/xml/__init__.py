"""XML as listings of papers have it: the root of a document, and its records one by one."""
