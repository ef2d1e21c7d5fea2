"""What the project's modules import, read from their sources without running them."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[3]
# Functions that import the module whose name they are given.
_IMPORTERS = ("import_module", "require_module")


@dataclass(frozen=True)
class Module:
    """One source file.

    Args:
        name: dotted name, a package's own for its `__init__`.
        imports: names of the project's modules that it imports, at any level of nesting.
        packages: names of the other modules that it imports, the standard library's among them.
        code: digest of its statements without docstrings, comments and what only type checkers
            read.
        is_dynamic: whether it also imports modules whose names it computes.
    """

    name: str
    imports: frozenset[str]
    packages: frozenset[str]
    code: str
    is_dynamic: bool


class Sources:
    """The modules under one folder; each file is read once.

    Args:
        root: what dotted names are relative to. Default: the project.
    """

    def __init__(self, root: Path = PROJECT_ROOT) -> None:
        self._root = root
        self._read: dict[str, Module] = {}
        self._found: dict[str, Path | None] = {}

    def module(self, name: str) -> Module:
        """Read one module.

        Args:
            name: its dotted name.

        Returns:
            What the file holds.

        Raises:
            ValueError: if there is no such module under the root.
        """
        if name not in self._read:
            path = self._find(name)
            if path is None:
                raise ValueError(f"There is no module of that name here. Received: {name!r}")
            self._read[name] = self._parse(name, path)
        return self._read[name]

    def list_modules(self, folder: str) -> list[str]:
        """Return the names of all modules under a folder, such as "sps_tf", in their order."""
        paths = (self._root / folder).rglob("*.py")
        parts = sorted(path.relative_to(self._root).with_suffix("").parts for path in paths)
        return [".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts]

    def reach(self, names: Iterable[str]) -> dict[str, Module]:
        """Return what is loaded where modules are imported, whichever function is called then.

        Args:
            names: dotted names of modules.

        Returns:
            These modules, what they import, what that imports, and the packages on the way, by
            name.
        """
        reached: dict[str, Module] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached[name] = self.module(name)
                waiting += reached[name].imports
                waiting += [parent for parent in _parents(name) if self._find(parent)]
        return reached

    def _find(self, name: str) -> Path | None:
        if name not in self._found:
            path = self._root.joinpath(*name.split("."))
            files = (path / "__init__.py", path.with_suffix(".py"))
            self._found[name] = next((file for file in files if file.is_file()), None)
        return self._found[name]

    def _parse(self, name: str, path: Path) -> Module:
        is_package = path.name == "__init__.py"
        reader = _Reader(name if is_package else name.rpartition(".")[0])
        reader.read(ast.parse(path.read_bytes(), str(path)))
        imports, packages = set(), set()
        for wanted in reader.names:
            # The longest name that is a module; what follows it is one of the module's own.
            found = next((n for n in (wanted, *_parents(wanted)) if self._find(n)), None)
            (imports if found else packages).add(found or wanted)
        code = hashlib.sha256("\n".join(reader.code).encode()).hexdigest()
        return Module(
            name, frozenset(imports - {name}), frozenset(packages), code, reader.is_dynamic
        )


class _Reader:
    """Goes through the statements of one file.

    Attributes:
        code: what they say, in a form that leaves out docstrings, comments, line numbers and
            what only type checkers read.
        names: dotted names that they import, of modules or of what is in them.
        is_dynamic: whether they import modules whose names they compute.
    """

    def __init__(self, package: str) -> None:
        self._package = package.split(".")
        self.code: list[str] = []
        self.names: list[str] = []
        self.is_dynamic = False

    def read(self, value: object) -> None:
        """Read a node, a list of nodes, or what stands in a node."""
        if isinstance(value, list):
            self.code.append("[")
            for inner in value:
                self.read(inner)
            self.code.append("]")
        elif not isinstance(value, ast.AST):
            self.code.append(repr(value))
        elif isinstance(value, ast.If) and _ends_with(value.test, "TYPE_CHECKING"):
            self.read(value.orelse)
        else:
            self._note_import(value)
            self.code.append(f"{type(value).__name__}(")
            for field in value._fields:
                if field != "ctx":  # follows from where the node stands
                    held = getattr(value, field, None)
                    skip = field == "body" and _has_docstring(value)
                    self.read(held[1:] if skip else held)
            self.code.append(")")

    def _note_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            self.names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = self._package[: len(self._package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            self.names += [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and _ends_with(node.func, *_IMPORTERS):
            name = getattr(node.args[0], "value", None) if node.args else None
            self.names += [name] if isinstance(name, str) else []
            self.is_dynamic |= not isinstance(name, str)


def _ends_with(node: ast.AST, *words: str) -> bool:
    """Tell whether an expression is one of the words, or ends with one after a dot."""
    return getattr(node, "attr", getattr(node, "id", None)) in words


def _has_docstring(node: ast.AST) -> bool:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None


def _parents(name: str) -> Iterator[str]:
    """Yield the packages that a module lies in, the nearest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
