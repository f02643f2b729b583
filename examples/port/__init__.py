"""The proof of a ported file: both frameworks build its models with the same weights and compute the same."""
