"""Phones: pairing them, looking after their server, and photographing one patient."""
