"""Training: from a config and data to a run's folder with results."""
