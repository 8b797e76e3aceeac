"""What the documents show is what there is."""

import re
import shlex

import pytest

from fanlink.cli import parser
from tests.house.source import PACKAGE, ROOT
from tests.house.test_arrows_between_rooms import ALLOWED

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
ARROW = re.compile(r"^  (\w+)\S*.*? --> (\w+)", re.MULTILINE)
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(program):
    """Every line in a shell block of any page that starts with `program`."""
    found = []
    for page in PAGES:
        for block in SHELL.findall(page.read_text(encoding="utf-8")):
            lines = block.replace("\\\n", " ").splitlines()
            found += [(page.name, line.strip()) for line in lines if line.strip().startswith(program + " ")]
    return found


@pytest.mark.parametrize(("page", "line"), commands("fanlink"))
def test_every_fanlink_command_in_the_docs_is_one_the_program_takes(page, line):
    words = shlex.split(line.split(" > ")[0].split(" | ")[0], comments=True)[1:]
    parsed = parser().parse_args([{"N": "8080", "ROLE": "fan", "AMOUNT": "100"}.get(word, word) for word in words])
    assert callable(parsed.run)


@pytest.mark.parametrize(("page", "line"), commands("make"))
def test_every_make_command_in_the_docs_is_a_target(page, line):
    targets = re.findall(r"^([a-z-]+%?)[^:=]*:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = shlex.split(line, comments=True)[1]
    assert wanted in targets or any(wanted.startswith(target[:-1]) for target in targets if target.endswith("%"))


def test_the_folder_map_of_the_readme_names_every_room_and_nothing_else():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("## Where things are")[1].split("```")[1]
    rooms = set(re.findall(r"^  (\w+)/", block, re.MULTILINE))
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} == rooms
    for folder in re.findall(r"^(\w+)/", block, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def test_the_picture_of_the_house_has_the_arrows_of_the_house():
    drawn = {room: set() for room in ALLOWED if room != "wire"}
    for above, below in ARROW.findall((ROOT / "README.md").read_text(encoding="utf-8").split("```mermaid")[1].split("```")[0]):
        drawn[above].add(below)
    assert {room: below - {"wire"} for room, below in ALLOWED.items() if room != "wire"} == drawn


def test_the_index_of_decisions_names_each_of_them():
    folder = ROOT / "docs" / "decisions"
    named = re.findall(r"\]\((\d{4}-[^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(path.name for path in folder.glob("0*.md")) == sorted(named)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_to_a_file(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
