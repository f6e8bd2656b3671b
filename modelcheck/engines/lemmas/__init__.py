"""Lemmas: what holds in all states that were seen, said in the language, and stands in the way of a counterexample."""
