"""The report as one page for a browser: the verdicts, and each run step by step."""
