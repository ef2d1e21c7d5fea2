"""The engine of the reports: plan runs, train them, read and compare them, write what they say."""
