"""The record in a database and the stored bytes on disk."""
