"""Statistics, schemas and anomalies of a prepared data set, with TensorFlow Data Validation."""
