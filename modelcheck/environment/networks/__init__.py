"""One file for each kind of network."""
