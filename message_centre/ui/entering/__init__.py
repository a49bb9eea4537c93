"""Who sits here: signing in, locking, and leaving."""
