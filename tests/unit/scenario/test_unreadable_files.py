"""Files that cannot be read as a scenario at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]


def test_missing_file_with_a_similar_name_in_its_folder(
    complaints: Complaints, write: Write
) -> None:
    write("title: A\n", "cases/kabul_2021.yaml")
    assert complaints(Path("cases/kabul_2012.yaml")) == [
        "cases/kabul_2012.yaml: there is no such file, and no shipped scenario of this name; "
        "did you mean cases/kabul_2021.yaml?"
    ]


def test_missing_ending(complaints: Complaints, write: Write) -> None:
    write("title: A\n", "my_first_case.yaml")
    assert complaints(Path("my_first_case"))[0].endswith("; did you mean my_first_case.yaml?")


def test_missing_file_and_folder(complaints: Complaints) -> None:
    assert complaints(Path("nowhere/zzzzzz.yaml")) == [
        "nowhere/zzzzzz.yaml: there is no such file, and no shipped scenario of this name "
        "(see truce list)"
    ]


def test_a_folder(complaints: Complaints, write: Write) -> None:
    write("title: A\n", "cases/one.yaml")
    assert complaints(Path("cases")) == [
        "cases: is a folder, not a scenario file; it holds one.yaml"
    ]


def test_a_device(complaints: Complaints) -> None:
    assert complaints(Path(os.devnull)) == [f"{os.devnull}: is not an ordinary file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_not_waited_for(complaints: Complaints, folder: Path) -> None:
    os.mkfifo("pipe.yaml")
    assert complaints(Path("pipe.yaml")) == ["pipe.yaml: is not an ordinary file"]


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="the superuser may read everything")
def test_a_file_without_permission(complaints: Complaints, write: Write) -> None:
    path = write("title: A\n")
    path.chmod(0)
    assert complaints(path) == ["case.yaml: may not be read; check the permissions of the file"]


def test_a_file_that_the_system_refuses(
    complaints: Complaints, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("title: A\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert complaints(path) == ["case.yaml: may not be read; check the permissions of the file"]


def test_a_name_that_is_none(complaints: Complaints) -> None:
    assert "there is no such file" in complaints(Path("a\0b.yaml"))[0]
    assert "\0" not in complaints(Path("a\0b.yaml"))[0]
    assert "cannot be read" in complaints(Path("x" * 300 + ".yaml"))[0]


def test_binary(complaints: Complaints) -> None:
    assert complaints(b"\x7fELF\0\0\0") == ["case.yaml: is not a text file"]


def test_not_utf8(complaints: Complaints) -> None:
    assert complaints("title: A\nquestion: café\n".encode("latin-1")) == [
        "case.yaml:2:14: is not UTF-8 text: byte 0xe9; save the file as UTF-8"
    ]


@pytest.mark.parametrize(("encoding", "name"), [("utf-16", "UTF-16"), ("utf-32", "UTF-32")])
def test_other_unicode(encoding: str, name: str, complaints: Complaints) -> None:
    assert complaints("title: A\n".encode(encoding)) == [
        f"case.yaml:1:1: is {name} text; save it as UTF-8"
    ]


def test_byte_order_mark_and_windows_lines(write: Write, complaints: Complaints) -> None:
    assert Scenario.load(write(b"\xef\xbb\xbftitle: A\r\nquestion: B\r\n")).title == "A"
    assert complaints(b"\xef\xbb\xbftitle: A\r\nquestion: 3\r\n")[0].startswith(
        "case.yaml:2:11 question:"
    )


def test_fifty_megabytes(complaints: Complaints, folder: Path) -> None:
    with Path("big.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    start = time.perf_counter()
    assert complaints(Path("big.yaml")) == [
        "big.yaml: is too large for a scenario: 51200 kB, at most 256 kB"
    ]
    assert time.perf_counter() - start < 1


def test_names_of_files_are_safe_to_print(complaints: Complaints, write: Write) -> None:
    assert complaints(write("title: 5", "a\x1b[2Jb.yaml"))[0].startswith("a\\x1b[2Jb.yaml:1:8")
