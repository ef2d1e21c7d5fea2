"""The components' work, a module each; `pipelines.tfx.orchestration` runs them in order."""
