"""Outputs bring editions to their readers; each takes one kind of address."""
