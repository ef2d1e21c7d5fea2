"""Folk melodies played on the accordion (section A.6.1)."""
