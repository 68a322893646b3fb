"""English as texts write it: spellings, and the forms of words."""
