"""Imports under way: their progress, their ends and the way back."""
