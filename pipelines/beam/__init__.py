"""Running Beam: the writer of record files, runners, workers and progress."""
