"""What is asked of a whole explored graph."""
