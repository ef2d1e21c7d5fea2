"""The engine of the reports: what a report is, its runs, and how they compare."""
