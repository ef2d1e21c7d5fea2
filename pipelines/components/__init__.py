"""The components' work, a module each; `pipelines.orchestration` runs them in order."""
