"""Failure detectors: oracles, compiled into variables and guarded actions by the promises of their class."""
