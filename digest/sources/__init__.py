"""Sources of dumps, one module for each kind."""
