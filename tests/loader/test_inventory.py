"""The inventories as the loader reads them: what is found, what is suggested, and what a broken file says."""

import json
from pathlib import Path

import pytest

from loader.model.dotted import Side
from loader.model.inventory import FILES, Inventory, InventoryError, Parameter

FOLDER = Path(__file__).parent.parent.parent / "mappings" / "inventory"


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory.load(FOLDER)


def names_of(inventory: Inventory, name: str) -> list[list[str]]:
    entry = inventory.find(name)
    assert entry is not None
    return [[parameter.name for parameter in signature] for signature in entry.signatures]


def write(folder: Path, side: Side, names: object) -> None:
    text = json.dumps({"framework": side, "version": "1.0", "names": names})
    (folder / FILES[side]).write_text(text, encoding="utf-8")


# Finding


@pytest.mark.parametrize("spelling", ["tf.keras.layers.Conv2D", "tf.keras.layers.Convolution2D", "keras.layers.Conv2D"])
def test_every_spelling_of_an_object_finds_the_same_entry(inventory: Inventory, spelling: str) -> None:
    entry = inventory.find(spelling)
    assert entry is not None
    assert entry.name == "tf.keras.layers.Conv2D"
    assert spelling in entry.spellings


def test_the_short_name_is_canonical(inventory: Inventory) -> None:
    entry = inventory.find("tf.math.reduce_sum")
    assert entry is not None
    assert (entry.name, entry.side, entry.kind) == ("tf.reduce_sum", "tf", "function")


def test_the_keras_namespace_is_preferred_to_the_shorter_one_nobody_writes(inventory: Inventory) -> None:
    entry = inventory.find("tf.optimizers.Adam")
    assert entry is not None
    assert entry.name == "tf.keras.optimizers.Adam"


def test_a_name_is_found_as_spelled_only(inventory: Inventory) -> None:
    assert inventory.find("torch.nn.conv2d") is None


def test_what_only_keras_itself_has_is_not_moved_under_tf(inventory: Inventory) -> None:
    assert inventory.find("keras.losses.mean_squared_error") is not None
    assert inventory.find("tf.keras.losses.mean_squared_error") is None


def test_an_inherited_method_belongs_to_the_class_that_defines_it(inventory: Inventory) -> None:
    inherited = inventory.find("torch.nn.Sequential.state_dict")
    assert inherited is not None
    assert inherited.name == "torch.nn.Module.state_dict"
    assert inherited.namespace == "torch.nn.Module"


def test_no_spelling_stands_for_two_objects(inventory: Inventory) -> None:
    spellings = [
        spelling for entry in [*inventory.torch.values(), *inventory.tf.values()] for spelling in entry.spellings
    ]
    assert len(spellings) == len(set(spellings))


def test_every_documented_original_is_an_entry(inventory: Inventory) -> None:
    originals = {entry.alias_of for entry in inventory.torch.values() if entry.alias_of}
    assert "torch.clamp" in originals
    assert originals <= inventory.torch.keys()


def test_internal_paths_are_not_listed(inventory: Inventory) -> None:
    assert inventory.find("torch.nn.modules.conv.Conv2d") is None
    assert inventory.find("keras.src.layers.Dense") is None


def test_equal_constants_are_not_each_others_alias(inventory: Inventory) -> None:
    newaxis = inventory.find("tf.newaxis")
    assert newaxis is not None
    assert newaxis.aliases == ()


@pytest.mark.parametrize(
    "name", ["torch.eig", "torch.solve", "torch.lstsq", "tf.keras.optimizers.legacy.Adam", "torch.Tensor.symeig"]
)
def test_what_only_raises_is_marked(inventory: Inventory, name: str) -> None:
    entry = inventory.find(name)
    assert entry is not None
    assert entry.raises


@pytest.mark.parametrize("name", ["torch.linalg.eig", "torch.nn.Module.forward", "tf.keras.optimizers.Adam"])
def test_what_works_or_waits_for_a_subclass_is_not(inventory: Inventory, name: str) -> None:
    entry = inventory.find(name)
    assert entry is not None
    assert not entry.raises


# Signatures


def test_every_overload_of_a_builtin_is_there(inventory: Inventory) -> None:
    overloads = names_of(inventory, "torch.max")
    assert ["input", "out"] in overloads
    assert ["input", "dim", "keepdim", "out"] in overloads
    assert ["input", "other", "out"] in overloads


def test_parameters_keep_their_order_and_kind(inventory: Inventory) -> None:
    entry = inventory.find("torch.clamp")
    assert entry is not None
    *front, out = entry.signatures[-1]
    assert [parameter.name for parameter in front] == ["input", "min", "max"]
    assert [parameter.required for parameter in front] == [True, False, False]
    assert out == Parameter("out", default="None", type="Tensor | None", kind="keyword")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # picked by a flag at run time, so that Python itself sees (*args, **kwargs)
        (
            "torch.nn.functional.max_pool2d",
            ["input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"],
        ),
        # only the docstring knows
        ("torch.linalg.norm", ["input", "ord", "dim", "keepdim", "out", "dtype"]),
        ("torch.fft.fft", ["input", "n", "dim", "norm", "out"]),
        ("torch.einsum", ["equation", "operands"]),
        # a constructor that takes anything, with its overloads beside it
        (
            "torch.nn.GRU",
            ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional"],
        ),
        # behind a metaclass
        ("tf.Variable", ["initial_value", "trainable"]),
        ("tf.keras.layers.Dense", ["units", "activation", "use_bias"]),
    ],
)
def test_signatures_come_from_wherever_they_are_kept(inventory: Inventory, name: str, parameters: list[str]) -> None:
    (signature,) = names_of(inventory, name)
    assert signature[: len(parameters)] == parameters


def test_a_constructor_without_parameters_is_known_to_take_none(inventory: Inventory) -> None:
    assert names_of(inventory, "torch.nn.Tanh") == [[]]


@pytest.mark.parametrize("name", ["torch.Tensor.view", "torch.Tensor.split", "torch.Tensor.__add__", "tf.Tensor.numpy"])
def test_a_tensor_method_has_its_tensor_as_first_parameter(inventory: Inventory, name: str) -> None:
    assert all(signature[0] == "self" for signature in names_of(inventory, name))


@pytest.mark.parametrize("name", ["torch.nn.Module.state_dict", "tf.keras.Model.fit", "tf.data.Dataset.map"])
def test_other_methods_have_not(inventory: Inventory, name: str) -> None:
    assert all("self" not in signature for signature in names_of(inventory, name))


def test_no_default_depends_on_the_run(inventory: Inventory) -> None:
    defaults = {
        parameter.default
        for entry in [*inventory.torch.values(), *inventory.tf.values()]
        for signature in entry.signatures
        for parameter in signature
        if parameter.default is not None
    }
    assert not [default for default in defaults if " at 0x" in default or default.startswith("<")]


def test_what_collects_the_rest_is_not_required() -> None:
    assert Parameter("size").required
    assert not Parameter("size", kind="var_positional").required
    assert not Parameter("size", default="None").required


# Suggesting


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("torch.nn.conv2d", "torch.nn.Conv2d"),
        ("tf.keras.layers.Conv2d", "tf.keras.layers.Conv2D"),
        ("nn.Conv2d", "torch.nn.Conv2d"),
        ("Conv2d", "torch.nn.Conv2d"),
        ("torch.clmap", "torch.clamp"),
        ("torch.reduce_sum", "tf.reduce_sum"),
        ("torch.relu6", "torch.nn.ReLU6"),
        ("nn.functional.softmx", "torch.nn.functional.softmax"),
        ("tf.reduce_summ", "tf.reduce_sum"),
        ("torch.nn.functional.conv2", "torch.nn.functional.conv2d"),
    ],
)
def test_a_misspelling_is_answered_with_the_nearest_name(inventory: Inventory, asked: str, best: str) -> None:
    assert inventory.suggest(asked)[0] == best


def test_suggestions_keep_to_a_side(inventory: Inventory) -> None:
    for side in ("torch", "tf"):
        found = [inventory.find(name) for name in inventory.suggest("Conv2d", side=side, limit=5)]
        assert found
        assert {entry.side for entry in found if entry} == {side}


def test_suggestions_name_each_object_once(inventory: Inventory) -> None:
    suggestions = inventory.suggest("conv2D", limit=10)
    objects = [entry.name for name in suggestions if (entry := inventory.find(name))]
    assert len(objects) == len(set(objects)) == len(suggestions)


def test_nothing_alike_gives_no_suggestion(inventory: Inventory) -> None:
    assert inventory.suggest("xqzwvkjyfgh") == []


# Counting


def test_namespaces_count_each_object_once(inventory: Inventory) -> None:
    for side in ("torch", "tf"):
        objects = [entry for entry in inventory.side(side).values() if entry.kind != "module"]
        assert sum(inventory.namespaces(side).values()) == len(objects)
    assert inventory.namespaces("torch")["torch.Tensor"] > 500
    assert inventory.namespaces("tf")["tf.keras.layers"] > 100


# Broken files


def test_a_missing_file_says_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(
        InventoryError, match=r"torch\.json: cannot be read: No such file or directory; .*python -m examples\.inventory"
    ):
        Inventory.load(tmp_path)


def test_a_file_that_is_not_json_says_where(tmp_path: Path) -> None:
    (tmp_path / "torch.json").write_text('{"names":\n  oops}', encoding="utf-8")
    with pytest.raises(InventoryError, match=r"torch\.json:2:3: "):
        Inventory.load(tmp_path)


def test_an_unknown_field_of_a_parameter_is_refused(tmp_path: Path) -> None:
    parameter = {"name": "input", "colour": "red"}
    write(tmp_path, "torch", {"torch.abs": {"kind": "function", "signatures": [[parameter]]}})
    with pytest.raises(InventoryError, match="colour"):
        Inventory.load(tmp_path)


def test_the_smallest_inventories_load(tmp_path: Path) -> None:
    write(tmp_path, "torch", {"torch.abs": {"kind": "function", "signatures": []}})
    write(tmp_path, "tf", {"tf.abs": {"kind": "function", "signatures": [], "aliases": ["tf.math.abs"]}})
    inventory = Inventory.load(tmp_path)
    assert inventory.versions == {"torch": "1.0", "tf": "1.0"}
    assert inventory.namespaces("tf") == {"tf": 1}
    found = inventory.find("tf.math.abs")
    assert found is not None
    assert found.signatures == ()
