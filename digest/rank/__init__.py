"""Ranking: what a reader's keywords mean, where papers have them, and what that is worth. Pure."""
