"""Reports: typed results and one renderer a file."""
