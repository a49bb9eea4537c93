"""Use cases, and the ports they need; no module here knows a database, a file system or a window."""
