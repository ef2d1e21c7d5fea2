"""The components' work, a module each; `pipelines.tfx.orchestration` runs them in order.

`BeamSettings` is named for type checkers alone: how Beam runs is no part of a component's code
version, and what a component imports is.
"""
