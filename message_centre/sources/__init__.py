"""The places files come from, one module per kind."""
