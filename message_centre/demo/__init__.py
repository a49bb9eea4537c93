"""The demo practice: invented people and plainly synthetic files, for trying everything out."""
