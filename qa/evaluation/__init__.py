"""Measures how well a corpus answers: datasets, metrics, the run itself, and its report."""
