"""Command lines and what they share: configs, training, checkpoints, evaluation.

Only this folder knows about devices, files and flags; the method itself is in `sps_tf`.
Modules here import TensorFlow inside the functions that need it, so that help and flag errors
answer at once.
"""
