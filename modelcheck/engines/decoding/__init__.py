"""What a solver found as a formula over kernel cells, told in the language of a specification where that can say it."""
