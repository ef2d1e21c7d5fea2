"""The pipeline from ExampleGen to Pusher: components, orchestration, validation, transformation."""
