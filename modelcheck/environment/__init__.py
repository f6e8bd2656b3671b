"""Networks and faults, compiled away into cells and guarded actions; and the instantiation of a specification for a check."""
