"""How the bytes of a dump read: a module for each format, and the one that tells them apart."""
