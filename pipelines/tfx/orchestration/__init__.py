"""What runs the pipeline's components, remembers what they made, and tells where it came from."""
