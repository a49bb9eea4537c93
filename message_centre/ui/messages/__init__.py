"""Internal messages: writing, conversations and the tasks of My Task."""
