"""Golden files, and the invented edition that they show."""
