"""Signals: spectrograms, the constant-Q transform, pitch detection."""
