"""Decoding pictures behind limits."""
