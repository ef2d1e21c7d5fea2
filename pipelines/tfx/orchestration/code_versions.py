"""The code version of a component: a digest of all that its modules import.

An edit of a docstring or a comment changes no version; another minor release of Python may
change all of them.
"""

import functools
import importlib.metadata
import sys
from collections.abc import Iterable

from pipelines.tfx.orchestration.fingerprints import digest_values
from pipelines.tfx.orchestration.imports import Sources


def code_version(sources: Sources, names: Iterable[str]) -> str:
    """Return the digest of modules, of what they import, and of the packages' versions.

    Args:
        sources: where the project's modules are read.
        names: dotted names of the modules to begin with; see `Sources.reach`.

    Returns:
        64 hexadecimal digits.
    """
    reached = sources.reach(names)
    imported = set().union(*(module.packages for module in reached.values()))
    packages = {package for name in imported for package in find_packages(name)}
    return digest_values(
        {
            "modules": {name: module.code for name, module in reached.items()},
            "packages": {package: _version(package) for package in packages},
        }
    )


def find_packages(module: str) -> list[str]:
    """Find the installed packages that a module comes from.

    Args:
        module: what an import names, such as "google.protobuf.text_format".

    Returns:
        Names of distributions. None for the standard library; the module's first name where no
        distribution is known to hold it.
    """
    first = module.partition(".")[0]
    if first in sys.stdlib_module_names:
        return []
    found = sorted(set(_packages_by_module().get(first, ())))
    if len(found) > 1:
        # A folder that several packages share, as google's do.
        inner = "/".join(module.split(".")[:2])
        found = [name for name in found if _holds(name, inner)] or found
    return found or [first]


@functools.cache
def _packages_by_module() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


@functools.cache
def _holds(package: str, path: str) -> bool:
    """Tell whether a package brings a folder or a module."""
    listed = importlib.metadata.distribution(package).read_text("RECORD") or ""
    return f"\n{path}/" in f"\n{listed}" or f"\n{path}.py" in f"\n{listed}"


@functools.cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
