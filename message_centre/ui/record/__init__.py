"""The patient's record: images, notes, tombstones and corrections."""
