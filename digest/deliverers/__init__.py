"""How mail leaves: into files, or through a mail server."""
