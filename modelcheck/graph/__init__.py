"""The explored graph: states by number and labelled edges, as engines record it and analyses read it."""
