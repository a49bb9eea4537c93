"""The assistant for the first start of a fresh home."""
