"""Towers: the dry-run table, learning folder names, what waits in the roots."""
