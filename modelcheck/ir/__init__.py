"""The typed intermediate representation: an open set of language constructs, and the models built of them."""
