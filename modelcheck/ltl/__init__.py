"""Linear temporal logic without next: formulas over numbered atoms and their value on lassos."""
