"""The files that auto-import leaves to a person, and auto-import itself as the window shows it."""
