"""The folder of a run: its settings, checkpoints, looks on the way and results.

It stands below evaluation and training, which both write into it, and below whatever reads runs.
"""
