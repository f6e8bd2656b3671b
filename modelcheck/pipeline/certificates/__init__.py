"""Certificates of proofs by induction: made, read back, and rechecked."""
