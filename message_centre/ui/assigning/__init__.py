"""Saving: the patient, the warning, the details and the confirmation that carries the target."""
