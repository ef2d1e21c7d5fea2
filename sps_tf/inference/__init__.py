"""Using a trained model: export."""
