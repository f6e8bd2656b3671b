"""One file for each fault: it adds cells and actions of origin `fault` to a model."""
