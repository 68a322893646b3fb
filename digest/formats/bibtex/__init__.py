"""BibTeX and BibLaTeX libraries."""
