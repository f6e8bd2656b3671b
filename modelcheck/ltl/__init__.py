"""Linear temporal logic without next: formulas over numbered atoms, their value on lassos, and their automata."""
