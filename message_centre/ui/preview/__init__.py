"""The content pane: what the selected file looks like and what is known about it."""
