"""Hugging Face's Daily Papers: the API's answers, the page saved as HTML, and the page copied as text."""
