"""What arXiv publishes: answers of its API, and the daily announcements of its feeds."""
