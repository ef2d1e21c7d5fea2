"""Training the runs of reports, and making reports from plan to files."""
