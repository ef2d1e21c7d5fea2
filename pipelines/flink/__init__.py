"""A local Apache Flink for Beam: what to try a distributed build on, on one machine."""
