import textwrap

import pytest

from pipelines.tfx.orchestration.imports import Sources


@pytest.fixture
def write(tmp_path):
    """Write a file of a project; returns its sources, none of which has been read yet."""

    def write(path, code=""):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(code))
        return Sources(tmp_path)

    for folder in ("lib", "lib/inner"):
        write(f"{folder}/__init__.py")
    for name in ("lib/a.py", "lib/b.py", "lib/inner/c.py"):
        write(name)
    return write


@pytest.mark.parametrize(
    ("code", "imports", "packages"),
    [
        ("import lib.a, numpy.linalg as la", {"lib.a"}, {"numpy.linalg"}),
        ("from lib import a, b", {"lib.a", "lib.b"}, set()),
        ("from lib import a, VALUE", {"lib.a", "lib"}, set()),
        ("from lib.a import f as g", {"lib.a"}, set()),
        ("from .. import b\nfrom . import c\nfrom .c import f", {"lib.b", "lib.inner.c"}, set()),
        ("from google.protobuf import message", set(), {"google.protobuf.message"}),
        ("class A:\n  def f(self):\n    if self: import lib.a", {"lib.a"}, set()),
        ("import importlib\nimportlib.import_module('lib.a')", {"lib.a"}, {"importlib"}),
        ("m = require_module('cv2')", set(), {"cv2"}),
        ("try:\n  import lib.a\nexcept ImportError:\n  import lib.b", {"lib.a", "lib.b"}, set()),
    ],
)
def test_imports_are_found_at_every_level(write, code, imports, packages):
    module = write("lib/inner/user.py", code).module("lib.inner.user")
    assert (module.imports, module.packages) == (imports, packages)
    assert not module.is_dynamic


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_what_type_checkers_alone_read_is_left_out(write, test):
    code = f"if {test}:\n  import lib.a\nelse:\n  import lib.b"
    assert write("user.py", code).module("user").imports == {"lib.b"}


def test_a_module_named_by_a_computed_word_is_told(write):
    code = "from importlib import import_module\nm = import_module(f'lib.{name}')"
    assert write("user.py", code).module("user").is_dynamic


def test_what_is_reached_holds_packages_on_the_way_and_each_module_once(write):
    write("lib/__init__.py", "import lib.b")
    write("lib/inner/c.py", "import lib.a")
    sources = write("lib/a.py", "import lib.inner.c")
    assert set(sources.reach(["lib.inner.c"])) == {
        "lib",
        "lib.a",
        "lib.b",
        "lib.inner",
        "lib.inner.c",
    }


def test_all_modules_of_a_folder_are_listed(write):
    assert write("lib/README.md").list_modules("lib") == [
        "lib",
        "lib.a",
        "lib.b",
        "lib.inner",
        "lib.inner.c",
    ]


def test_a_module_that_is_not_there_is_refused(write):
    with pytest.raises(ValueError, match=r"'lib\.z'"):
        write("lib/a.py").module("lib.z")


def f_with(docstring="", comment="", value="1", lines=0):
    doc = f'"""{docstring}"""' if docstring else "pass"
    return (
        "\n" * lines + f'"""{docstring}"""\nimport os\n'
        f"class A:  # {comment}\n  {doc}\n  def f(self):\n    {doc}\n    return {value}\n"
    )


def test_code_is_what_runs_and_not_what_is_said_about_it(write):
    first = write("user.py", f_with("One.")).module("user").code
    assert write("user.py", f_with("Two.", "why", lines=3)).module("user").code == first
    assert write("user.py", f_with("One.", value="2")).module("user").code != first
    assert write("user.py", f_with("One.", value="'1'")).module("user").code != first
