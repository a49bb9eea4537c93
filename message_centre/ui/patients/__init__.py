"""Finding a patient and showing who it is."""
