"""Schema migrations, one file a revision."""
