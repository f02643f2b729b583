"""The code that carries weights over, as it is shown and run."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from loader.model.mapping import Mapping
from loader.model.state import StateEntry
from loader.proof.script import build_script, carry_code, expand
from loader.publish.render import _way_back, _weights

SPLIT = StateEntry(to={"query{k}/kernel": "np.split(w, 2)[0].reshape(shape)", "key{k}/kernel": "np.split(w, 2)[1]"})


def test_entry_that_feeds_several_variables_is_carried_to_each() -> None:
    recipe = expand({"proj{k}": SPLIT}, ["proj7"])
    code = carry_code("layer", recipe, {"proj7": ((4, 2), "float32")}, "tf").splitlines()
    assert code.count('w = state["proj7"]') == 2
    assert [line for line in code if "query7/kernel" in line] == [
        'variable = next(v for path, v in variables.items() if ("/" + path).endswith("/query7/kernel"))'
    ]
    assert code[-4:-3] == ["shape = variable.shape"]
    assert code[-1].endswith('endswith("/key7/kernel")).assign(np.split(w, 2)[1])')


def test_each_variable_has_a_row_of_its_own() -> None:
    rows = _weights({"proj{k}": SPLIT})
    assert [(row.entry, row.to) for row in rows] == [("proj{k}", "query{k}/kernel"), ("proj{k}", "key{k}/kernel")]


def test_the_way_back_is_published_where_there_is_one() -> None:
    rows = _weights(_way_back({"weight": StateEntry(to="kernel", transform="w.T")}))
    assert [(row.entry, row.to, row.transform) for row in rows] == [("kernel", "weight", "w.T")]
    assert _way_back({"weight": StateEntry(to="kernel", transform="w.mean(0)")}) == {}


@pytest.mark.parametrize("weight", [{"to": {"a": "w", "b": "w"}, "transform": "w.T"}, {"to": {"a": "w"}}])
def test_several_variables_have_a_transform_each(weight: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StateEntry.model_validate(weight)


def test_a_drop_in_layer_is_built_by_its_first_call_as_a_keras_layer_is() -> None:
    example = {
        "name": "lazy",
        "inputs": {"x": "rng.normal(size=(2, 3))"},
        "torch": "layer = Dense(5)\ny = layer(x)",
        "tf": "layer = tf.keras.layers.Dense(5)\ny = layer(x)",
        "compare": ["y"],
        "carry": "layer",
    }
    plain = example | {"name": "plain", "torch": "layer = nn.Linear(3, 5)\ny = layer(x)"}
    drop_in = "def Dense(units):\n    return nn.LazyLinear(units)"
    mapping = Mapping.model_validate(
        {
            "name": "tf.keras.layers.Dense",
            "kind": "layer",
            "relation": "composed",
            "summary": "A layer.",
            "signatures": [{"parameters": {"units": "out_features"}, "drop_in": drop_in}],
            "examples": [example, plain],
        }
    )
    builds = [build_script(mapping, one, "torch").build for one in mapping.examples]
    assert builds == ["layer(x)", ""]
