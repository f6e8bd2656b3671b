"""Fair cycles: whether some fair run violates a temporal formula, and a short one that does."""
