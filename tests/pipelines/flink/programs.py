"""Programs that stand in for Java and Maven."""

import os


def install(folder, monkeypatch, **scripts):
    """Put shell scripts on the path, before everything else."""
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
