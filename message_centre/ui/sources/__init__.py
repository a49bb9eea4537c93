"""The connection strip: the state of every source, in words and by symbol."""
