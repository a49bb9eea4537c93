"""The day sheet: a window to read, print and export it."""
