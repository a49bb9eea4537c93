"""Looking at content: pictures, pages, animations, text and what can be played."""
