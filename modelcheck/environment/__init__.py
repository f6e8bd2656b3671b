"""Networks and faults, compiled away into cells and guarded actions; the model of a check."""
