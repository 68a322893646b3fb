"""Papers as JSON: arXiv's snapshot, JSON lines, and what scrapers and other APIs write."""
