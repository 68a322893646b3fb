"""Measurements: how fast, how much memory, how the cost grows, and what the obvious alternative would take."""
