"""YAML text: what is read, what is refused and where, and that hostile text costs no more than its length."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loader.model.mapping import Mapping
from loader.reading.data import read_model
from loader.reading.problems import BadData
from loader.reading.yaml_text import MAX_BYTES, MAX_DEPTH, first_item, locate, parse_yaml

PATH = Path("planted.yaml")


def refusal(text: str | bytes) -> str:
    """The one problem of a text, without the name of the file."""
    with pytest.raises(BadData) as caught:
        parse_yaml(PATH, text if isinstance(text, bytes) else text.encode())
    (problem,) = caught.value.problems
    return str(problem).removeprefix("planted.yaml:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !!int ''\n", "1:4: tags such as 'tag:yaml.org,2002:int' (!) are not used here: put a text in quotes"),
        ("a: !!float ''\n", "1:4: tags such as"),
        ("a:\n  - !!bool x\n", "2:5: tags such as"),
        ("a: !!timestamp x\n", "1:4: tags such as"),
        ("a: !!map [a]\n", "1:4: tags such as"),
        ("a: !!set {a}\n", "1:4: tags such as"),
        ("!!str a: b\n", "1:1: tags such as"),
        ("a: !python/object:os.system x\n", "1:4: tags such as"),
        (f"a: {'9' * 5000}\n", "1:4: a number of 5,000 characters"),
        (f"a: 0x{'f' * 5000}\n", "1:4: a number of 5,002 characters"),
        (f"a: {'9' * 200_000}\n", "1:4: a number of 200,000 characters"),
        ("a: 1.0e+400\n", "1:4: YAML reads '1.0e+400' as a number"),
        ("a: [.inf]\n", "1:5: YAML reads '.inf' as a number"),
        ("a: .nan\n", "1:4: YAML reads '.nan' as a number"),
        ("a: 12:30\n", "1:4: YAML reads '12:30' as a number: put it in quotes"),
        ("a: 010\n", "1:4: YAML reads '010' as a number"),
        ("a: 1\n7: b\n", "2:1: the key '7' is read as int: put it in quotes"),
        ("a: 1\n? [x]\n: b\n", "2:3: the key here is read as list"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins here"),
        ("a: b\nc: d: e\n", "2:5: a text with a colon followed by a space is read as a field: put the whole text in"),
        ("a: {b: c: d}\n", "1:9: a comma or } is missing here; or a text with a colon followed by a space"),
        ("a: \x01\n", "1:4: unacceptable character"),
        ("ä: \x01\n", "1:4: unacceptable character"),
        ("a: " + "[" * 100_000, "1:1003: exceeded maximum nesting depth"),
        ("[x, " * 50_000, f"1:{4 * MAX_DEPTH + 1}: lists and mappings stand more than {MAX_DEPTH} levels deep"),
        ("- " * 50_000, f"1:{2 * MAX_DEPTH + 1}: lists and mappings stand more than"),
        (b"x" * (MAX_BYTES + 1), "1:1: 262,145 bytes: such a file may have 262,144 at most"),
    ],
)
def test_what_is_not_used_is_refused_with_its_place(text: str | bytes, expected: str) -> None:
    assert refusal(text).startswith(expected)


def test_plain_values() -> None:
    text = "a: [1, -2, 0.5, 1.0e-5, 1e-5, true, null, ~, 2026-01-01, '1', x y]\nb: {c: |\n  d\n}\n"
    with pytest.raises(BadData):
        parse_yaml(PATH, text.encode())  # a block inside braces
    loaded, _ = parse_yaml(PATH, text.partition("\nb")[0].encode())
    assert loaded == {"a": [1, -2, 0.5, 1e-5, "1e-5", True, None, None, "2026-01-01", "1", "x y"]}


@pytest.mark.parametrize("path", sorted(Path("mappings").rglob("*1d.yaml")), ids=lambda path: path.stem)
def test_the_data_are_read_as_other_readers_do(path: Path) -> None:
    data = path.read_bytes()
    assert parse_yaml(path, data)[0] == yaml.safe_load(data)


@given(st.text(alphabet="ab:-[]{}!&*'\"|>?,#%@ \n\t019.~é\x00\u2028", max_size=60))
def test_any_text_is_read_or_refused_inside_the_text(text: str) -> None:
    try:
        parse_yaml(PATH, text.encode())
    except BadData as error:
        (problem,) = error.problems
        assert 1 <= problem.line <= text.count("\n") + text.count("\u2028") + 2
        assert problem.column >= 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("name: a\ntwins: [b, c]\nkind: [", "b"),
        ("name: a\nalso: [x, {y: z}]\nat: {twins: [n]}\ntwins:\n  - b\n", "b"),
        ("name: twins\nkind: x\n", None),
        ("twins: []\n", None),
        ("twins: b\n", None),
        ("[twins, [b]]\n", None),
        ("a: [\n", None),
        ("", None),
    ],
)
def test_first_item_of_a_field(text: str, first: str | None) -> None:
    assert first_item(text.encode(), "twins") == first


def test_places_are_those_of_keys_and_items() -> None:
    text = "a: 1\nb:\n  - c: 2\n    d: [3,\n  4]\n"
    assert locate(text, ("b",)) == (2, 1)
    assert locate(text, ("b", 0, "d")) == (4, 5)
    assert locate(text, ("b", 0, "d", 1)) == (5, 3)
    assert locate(text, ("b", 7, "function-before", "d")) == (2, 1)


def test_problems_cost_time_in_proportion(tmp_path: Path) -> None:
    """As many unknown fields as a file can hold: half a second, where a look at the whole for each took an hour."""
    path, count = tmp_path / "planted.yaml", 15_000
    path.write_text("".join(f"field{number}: x\n" for number in range(count)), encoding="utf-8")
    started = time.process_time()
    with pytest.raises(BadData) as caught:
        read_model(path, Mapping)
    assert time.process_time() - started < 15
    assert len(caught.value.problems) > count
    assert f"{path}:{count}:1: field{count - 1}: unknown field" in str(caught.value)
