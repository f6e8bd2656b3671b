"""Which of many counterexamples is shown: those with the fewest faults or switches, others, shorter ones."""
