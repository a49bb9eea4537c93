"""Small widgets and words that several panes share."""
