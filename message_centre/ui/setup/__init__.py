"""The Setup window: what an operator sees, what a provider's drives are, and what holds for all."""
