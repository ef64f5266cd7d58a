"""The published artefacts before installation.

The tests check licences, versions, metadata and the dependencies of the native modules.

"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from artefacts import DIST, ROOT, one, opened, workspace_version
from elftools.elf.elffile import ELFFile

VERSION = workspace_version()
PATTERNS = ["*.whl", "*.tar.gz", "grantmint-[0-9]*.tgz", "grantmint-[a-z]*.tgz", "*.crate"]
ARTEFACTS = [path for pattern in PATTERNS for path in sorted(DIST.glob(pattern))]
FILES = {path.name: opened(path) for path in ARTEFACTS}
MODULES = {
    f"{artefact}: {name}": contents
    for artefact, files in FILES.items()
    for name, contents in files.items()
    if name.endswith((".so", ".node", ".pyd", ".wasm"))
}
ELF = {name: contents for name, contents in MODULES.items() if contents.startswith(b"\x7fELF")}

# The C library. Before 2.34, glibc had separate files for threads and `dlsym`.
SYSTEM = re.compile(
    r"lib(c|m|gcc_s|pthread|dl)\.so\.\d+|ld-linux[\w-]*\.so\.\d|ld-musl[\w-]*\.so\.1|libc\.so"
)
# Far below a module that is not stripped.
LARGEST_MODULE = 1792 * 1024


def test_there_is_one_of_each() -> None:
    for pattern in PATTERNS:
        assert list(DIST.glob(pattern)), f'{pattern}: run "make dist" first'
    assert MODULES


@pytest.mark.parametrize("name", FILES)
def test_the_version_is_the_workspaces(name: str) -> None:
    assert re.search(rf"-{re.escape(VERSION)}[-.]", name), name


def test_the_changelog_describes_the_version() -> None:
    # The release page on GitHub shows this section.
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(VERSION)}\] - ", changelog, re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_the_licences_are_inside(name: str) -> None:
    for licence in ("LICENSE-MIT", "LICENSE-APACHE"):
        texts = [contents for file, contents in FILES[name].items() if Path(file).name == licence]
        assert texts, licence
        assert set(texts) == {(ROOT / licence).read_bytes()}


@pytest.mark.parametrize("name", FILES)
def test_no_artefact_identifies_the_build_machine(name: str) -> None:
    cargo = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    folders = [str(ROOT), str(Path.home()), cargo, "/home/runner", "/Users/runner"]
    for file, contents in FILES[name].items():
        for folder in folders:
            assert f"{folder}/".encode() not in contents, f"{file}: {folder}"


@pytest.mark.parametrize("name", MODULES)
def test_a_native_module_is_small(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{len(MODULES[name]):>9,} bytes  {name}", end="")
    assert len(MODULES[name]) <= LARGEST_MODULE


@pytest.mark.parametrize("name", ELF)
def test_a_native_module_needs_the_c_library_alone(name: str) -> None:
    needed = [tag.needed for tag in section(name, ".dynamic").iter_tags("DT_NEEDED")]
    assert needed
    assert [library for library in needed if not SYSTEM.fullmatch(library)] == []


@pytest.mark.parametrize("name", [name for name in ELF if "manylinux" in name])
def test_the_wheels_module_has_no_unwinder_of_its_own(name: str) -> None:
    symbols = section(name, ".dynsym").iter_symbols()
    unwinding = [symbol for symbol in symbols if symbol.name.startswith("_Unwind_")]
    assert "_Unwind_RaiseException" in [symbol.name for symbol in unwinding]
    assert {symbol["st_shndx"] for symbol in unwinding} == {"SHN_UNDEF"}
    assert "libgcc_s.so.1" in [tag.needed for tag in section(name, ".dynamic").iter_tags("DT_NEEDED")]


@pytest.mark.parametrize("name", ELF)
def test_a_native_module_exports_its_entry_point_alone(name: str) -> None:
    symbols = section(name, ".dynsym").iter_symbols()
    exported = {symbol.name for symbol in symbols if symbol["st_shndx"] != "SHN_UNDEF"} - {"_init", "_fini"}
    assert exported == {"napi_register_module_v1" if name.endswith(".node") else "PyInit__grantmint"}


@pytest.mark.parametrize("name", [name for name in ELF if "musl" not in name])
def test_a_native_module_runs_on_the_glibc_that_rust_asks_for(name: str) -> None:
    needs = section(name, ".gnu.version_r").iter_versions()
    versions = {auxiliary.name for _, each in needs for auxiliary in each}
    newest = max(
        tuple(map(int, version.split("_")[1].split("."))) for version in versions if "GLIBC_" in version
    )
    assert newest <= (2, 17)


@pytest.mark.parametrize("wheel", sorted(DIST.glob("*-manylinux*.whl")), ids=lambda path: path.name)
def test_the_wheel_agrees_with_its_tag(wheel: Path) -> None:
    shown = tool("auditwheel", "show", str(wheel))
    tag = re.search(r'following platform tag:\s+"(.+?)"', shown)
    assert tag
    assert tag[1] in wheel.name


@pytest.mark.parametrize("name", {name.split(": ")[0] for name in MODULES})
def test_the_crates_inside_are_listed(name: str) -> None:
    (listed,) = [json.loads(contents) for file, contents in FILES[name].items() if file.endswith(".cdx.json")]
    assert listed["bomFormat"] == "CycloneDX"
    crates = {component["name"]: component for component in listed["components"]}
    assert crates["grantmint"]["version"] == VERSION
    assert crates["sha2"]["hashes"]
    # Without the crates for tests, macros and builds.
    assert not {"jsonwebtoken", "proptest", "napi-build", "serde_derive", "syn"} & crates.keys()


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".crate")])
def test_the_dependencies_of_a_crate_are_listed_beside_it(name: str) -> None:
    listed = json.loads((DIST / f"{name}.cdx.json").read_bytes())
    described = listed["metadata"]["component"]
    assert name == f"{described['name']}-{described['version']}.crate"
    # The list agrees with the lock file in the crate.
    locked = FILES[name]["Cargo.lock"].decode()
    checksums = re.findall(r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"', locked)
    crates = {
        (component["name"], component["version"], component["hashes"][0]["content"])
        for component in listed["components"]
        if component["name"] != "grantmint"
    }
    assert crates < set(checksums)
    assert {"sha2", "subtle"} < {crate for crate, _, _ in crates}
    assert not {"jsonwebtoken", "proptest", "syn"} & {crate for crate, _, _ in crates}


def test_the_metadata_is_accepted_by_pypi() -> None:
    files = [str(path) for path in ARTEFACTS if path.suffix == ".whl" or path.name.endswith(".tar.gz")]
    assert "PASSED" in tool("twine", "--no-color", "check", "--strict", *files)


@pytest.mark.parametrize("path", sorted(DIST.glob("*.tgz")), ids=lambda path: path.name)
def test_the_files_of_an_npm_package_are_for_everybody(path: Path) -> None:
    with tarfile.open(path) as archive:
        modes = {member.name: oct(member.mode) for member in archive}
    assert modes.pop("package/cli.js", "0o755") == "0o755"
    assert set(modes.values()) == {"0o644"}


def test_the_npm_packages_name_each_other() -> None:
    main = json.loads(opened(one("grantmint-[0-9]*.tgz"))["package.json"])
    assert main["version"] == VERSION
    assert set(main["optionalDependencies"].values()) == {VERSION}
    for path in DIST.glob("grantmint-[a-z]*.tgz"):
        platform = json.loads(opened(path)["package.json"])
        assert main["optionalDependencies"][platform["name"]] == platform["version"]
        assert platform["main"] in opened(path)
        assert platform["os"]
        assert platform["cpu"]
        assert "scripts" not in platform


def test_the_sdist_contains_exactly_the_files_of_a_build() -> None:
    allowed = re.compile(
        r"PKG-INFO|Cargo\.(toml|lock)|README\.md|LICENSE-\w+|pyproject\.toml"
        r"|grantmint/.*\.pyi?|grantmint/py\.typed|bindings/python/build\.rs"
        r"|(crates|bindings)/[\w-]+/(Cargo\.toml|README\.md|LICENSE-\w+|src/[\w/]+\.(rs|txt))"
    )
    assert [name for name in opened(one("*.tar.gz")) if not allowed.fullmatch(name)] == []


def section(module: str, name: str) -> Any:
    return ELFFile(io.BytesIO(ELF[module])).get_section_by_name(name)


def tool(name: str, *arguments: str) -> str:
    environment = os.environ | {"COLUMNS": "500", "PYTHONWARNINGS": "ignore"}
    program = [sys.executable, "-m", name, *arguments]
    return subprocess.run(program, check=True, capture_output=True, text=True, env=environment).stdout
