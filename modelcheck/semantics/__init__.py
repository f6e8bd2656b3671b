"""The reference interpreter: what a model means. It is slow and plain, and it judges every engine."""
