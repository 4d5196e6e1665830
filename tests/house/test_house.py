"""The house rules of the code base that no linter knows."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from finproc.settings import Settings, load

HOUSE = Path(__file__).parents[2]
MODULES = sorted(path for path in (HOUSE / "finproc").rglob("*.py") if "versions" not in path.parts)
EVERYWHERE = sorted(path for folder in ("finproc", "tests", "bench", "demo") for path in (HOUSE / folder).rglob("*.py"))

NETWORK_CLIENTS = {
    "Connection": "kombu",
    "MongoClient": "pymongo",
    "create_engine": "sqlalchemy",
    "OpenAI": "openai",
    "AsyncOpenAI": "openai",
    "Client": "httpx2",
    "Redis": "redis",
    "from_url": "redis",
    "HTTPConnection": "http.client",
    "HTTPSConnection": "http.client",
    "urlopen": "urllib.request",
    "create_connection": "socket",
    "storage_from_string": "limits.storage",
}
CLIENT_FOLDERS = ("finproc/clients/", "finproc/llm/backends/")
FORMAT_LIBRARIES = {
    "pdfplumber": "finproc/extract/readers/",
    "pdfminer": "finproc/extract/readers/",
    "pypdfium2": "finproc/extract/readers/",
    "lxml": "finproc/extract/readers/",
    "bs4": "finproc/extract/readers/",
    "docx": "finproc/extract/readers/",
    "openpyxl": "finproc/extract/readers/",
    "markdown_it": "finproc/extract/readers/",
    "xlsxwriter": "finproc/store/sheets.py",
    "openai": "finproc/llm/backends/",
}
LONGEST = 400


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), name(path))


def imports(module: ast.Module) -> list[tuple[str, str | None]]:
    """(module, name) pairs that a module imports, at whatever depth."""
    found: list[tuple[str, str | None]] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return found


def called(module: ast.Module) -> set[str]:
    """Last names of all that a module calls."""
    functions = [node.func for node in ast.walk(module) if isinstance(node, ast.Call)]
    return {
        f.attr if isinstance(f, ast.Attribute) else f.id for f in functions if isinstance(f, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is(path):
    if path.name == "__init__.py" and not path.read_text("utf-8").strip():
        return
    assert ast.get_docstring(tree(path)), f"{name(path)} has no docstring"


@pytest.mark.parametrize("path", EVERYWHERE, ids=name)
def test_no_file_is_two_ideas(path):
    length = len(path.read_text("utf-8").splitlines())
    assert length <= LONGEST, f"{name(path)} has {length} lines"


def test_settings_alone_read_the_environment():
    readers = {
        name(path)
        for path in MODULES
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv", "environb"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            for node in ast.walk(tree(path))
        )
        or {("os", "environ"), ("os", "getenv")} & set(imports(tree(path)))
    }
    assert readers == {"finproc/settings.py"}


def test_network_clients_are_constructed_in_clients_alone():
    strays = []
    for path in MODULES:
        if name(path).startswith(CLIENT_FOLDERS):
            continue
        module = tree(path)
        libraries = {library for library, _ in imports(module)}
        for call in called(module) & set(NETWORK_CLIENTS):
            library = NETWORK_CLIENTS[call]
            if any(
                used == library or used.startswith(f"{library}.") or used == library.split(".")[0] for used in libraries
            ):
                strays.append(f"{name(path)} calls {call} of {library}")
    assert not strays


def test_format_libraries_stay_in_their_plug_ins():
    strays = [
        f"{name(path)} imports {library}"
        for path in MODULES
        for library, _ in imports(tree(path))
        for top in [library.split(".")[0]]
        if top in FORMAT_LIBRARIES and not name(path).startswith(FORMAT_LIBRARIES[top])
    ]
    assert not strays


def test_vague_names_are_not_used_for_modules():
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "process", "misc"}
    assert not [name(path) for path in MODULES if path.stem in vague or path.parent.name in vague]


def test_the_example_of_settings_lists_them_all_and_changes_nothing():
    example = {key: value or "" for key, value in dotenv_values(HOUSE / ".env.example").items()}
    assert set(example) == {field.name.upper() for field in fields(Settings)}
    assert load(example) == Settings()


def test_requirements_are_pinned_with_hashes_and_name_no_host():
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (HOUSE / file).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        blocks = [
            block for block in text.replace("\\\n", " ").splitlines() if block and not block.lstrip().startswith("#")
        ]
        assert blocks
        assert all("==" in block and "--hash=sha256:" in block for block in blocks)


def test_what_runs_is_pinned_alike_for_tests():
    def pins(file: str) -> set[str]:
        return {
            line.split()[0] for line in (HOUSE / file).read_text().splitlines() if "==" in line and line[0].isalnum()
        }

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
    lines = [line.partition("#")[0].strip() for line in (HOUSE / "requirements.in").read_text().splitlines()]
    asked = {re.sub(r"\[.*\]", "", line).lower().replace("_", "-") for line in lines if line}
    assert asked <= {pin.lower().replace("_", "-") for pin in pins("requirements.txt")}
