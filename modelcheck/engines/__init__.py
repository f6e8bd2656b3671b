"""Engines explore a model and answer with verdicts and choices."""
