"""Videos and sound: decoded by a locked-in process of their own, shown here."""
