"""Make what readers see, feeds and pages, from ``templates/``."""
