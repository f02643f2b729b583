"""Sweeps of TensorFlow's names: wrong drop-ins are planted, and each must be caught, for the right reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples.runner.client import Worker
from examples.runner.request import Request


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


BASE: dict[str, Any] = {"twins": ["torch.clone"], "relation": "composed", "summary": "Planted."}


def swept(worker: Worker, folder: Path, name: str, parameters: str, body: str, **more: Any) -> dict[str, Any]:
    """The answer of the worker to the sweep of a planted drop-in with TensorFlow's signature."""
    leaf = name.rsplit(".", 1)[-1]
    code = f"def {leaf}({parameters}):\n" + "".join(f"    {line}\n" for line in body.strip().splitlines())
    names = [parameter.split("=")[0].strip() for parameter in parameters.split(",")]
    signature = {"parameters": {one: {"note": "Planted."} for one in names if one != "params"}, "drop_in": code}
    mapping = BASE | {"name": name, "kind": "function", "signatures": [signature]} | more
    path = folder / "mappings" / "planted" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(mapping, sort_keys=False))
    return worker.ask(Request("sweep", path))


PRELU = """
class PReLU(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("weight", None)

    def forward(self, inputs):
        if self.weight is None:
            shared = [shared_axes] if isinstance(shared_axes, int) else shared_axes or ()
            shape = [1 if i in shared else size for i, size in enumerate(inputs.shape)][1:]
            self.weight = nn.Parameter(torch.zeros(shape))
        return torch.where(inputs > 0, inputs, self.weight * inputs)

return PReLU()
"""
PRELU_PARAMETERS = "alpha_initializer='zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None"


def test_a_function_holds_on_what_keras_tests_it_with(worker: Worker, tmp_path: Path) -> None:
    body = "return F.leaky_relu(x, negative_slope)"
    answer = swept(worker, tmp_path, "tf.keras.activations.leaky_relu", "x, negative_slope=0.2", body)
    counts = answer["evidence"]["dtypes"]
    assert answer["evidence"]["source"] == "recorded"
    assert counts["float32"]["matched"] == counts["float64"]["matched"] > 0
    assert counts["float32"]["gradients"] == counts["float32"]["matched"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return F.leaky_relu(x, 0.01)", "result: largest difference"),
        ("return F.leaky_relu(x, negative_slope).double()", "float64 in PyTorch, float32 in TensorFlow"),
        ("return F.leaky_relu(x, negative_slope).detach()", "gradient of 0"),
        ("return F.leaky_relu(x, slope)", "PyTorch raised NameError"),
    ],
)
def test_a_wrong_function_is_caught(worker: Worker, tmp_path: Path, body: str, said: str) -> None:
    answer = swept(worker, tmp_path, "tf.keras.activations.leaky_relu", "x, negative_slope=0.2", body)
    assert said in answer["failure"]


def test_an_object_is_made_and_called(worker: Worker, tmp_path: Path) -> None:
    good = swept(worker, tmp_path, "tf.keras.regularizers.L2", "l2=0.01", "return lambda x: l2 * x.square().sum()")
    assert "failure" not in good
    wrong = swept(worker, tmp_path, "tf.keras.regularizers.L2", "l2=0.01", "return lambda x: l2 * x.square().mean()")
    assert "result: largest difference" in wrong["failure"]


def test_a_metric_is_compared_over_updates_and_a_reset(worker: Worker, tmp_path: Path) -> None:
    body = """
class Sum:
    def __init__(self):
        self.total = torch.zeros(())

    def update_state(self, values, sample_weight=None):
        values = torch.as_tensor(values)
        self.total = {step}

    def result(self):
        return self.total.float()

    def reset_state(self):
        {reset}

return Sum()
"""
    added = "self.total + (values if sample_weight is None else values * torch.as_tensor(sample_weight)).sum()"
    reset = "self.total = torch.zeros(())"
    name = "tf.keras.metrics.Sum"
    good = swept(worker, tmp_path, name, "name=None", body.format(step=added, reset=reset), kind="metric")
    assert "failure" not in good
    forgetful = body.format(step=added.removeprefix("self.total + "), reset=reset)
    assert "result[1]" in swept(worker, tmp_path, name, "name=None", forgetful, kind="metric")["failure"]
    kept = body.format(step=added, reset="pass")
    assert "result[3]" in swept(worker, tmp_path, name, "name=None", kept, kind="metric")["failure"]


def test_a_schedule_is_compared_over_its_steps(worker: Worker, tmp_path: Path) -> None:
    parameters = "initial_learning_rate, decay_steps, decay_rate, staircase=False"
    name = "tf.keras.optimizers.schedules.InverseTimeDecay"
    body = """
def rate(step):
    passed = step / decay_steps
    return initial_learning_rate / (1 + decay_rate * ({passed} if staircase else passed))

return rate
"""
    good = body.format(passed="passed // 1")
    assert "failure" not in swept(worker, tmp_path, name, parameters, good, kind="scheduler")
    wrong = swept(worker, tmp_path, name, parameters, body.format(passed="passed"), kind="scheduler")
    assert "result" in wrong["failure"]


def test_a_layer_gets_its_weights_by_the_way_back_of_the_recipe(worker: Worker, tmp_path: Path) -> None:
    state = {"weight": {"to": "alpha"}}
    answer = swept(worker, tmp_path, "tf.keras.layers.PReLU", PRELU_PARAMETERS, PRELU, kind="layer", state=state)
    assert answer["evidence"]["dtypes"]["float32"]["gradients"] > 0


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "does not say what becomes of 'alpha'"),
        ({"weight": {"to": "alpha", "transform": "2 * w"}}, "cannot be undone: 2 * w"),
        ({"weights": {"to": "alpha"}}, "the module has no weights; it has weight"),
    ],
)
def test_a_wrong_recipe_is_caught(worker: Worker, tmp_path: Path, state: Any, said: str) -> None:
    answer = swept(worker, tmp_path, "tf.keras.layers.PReLU", PRELU_PARAMETERS, PRELU, kind="layer", state=state)
    assert said in answer["failure"]


def test_a_wrong_gradient_of_a_weight_is_caught(worker: Worker, tmp_path: Path) -> None:
    body = PRELU.replace("self.weight * inputs", "self.weight.detach() * inputs + 0 * self.weight")
    state = {"weight": {"to": "alpha"}}
    answer = swept(worker, tmp_path, "tf.keras.layers.PReLU", PRELU_PARAMETERS, body, kind="layer", state=state)
    assert "gradient of weight: largest difference" in answer["failure"]


def test_an_optimizer_takes_ten_steps_with_each_setting(worker: Worker, tmp_path: Path) -> None:
    parameters = "learning_rate=0.001, rho=0.95, epsilon=1e-7"
    name, more = "tf.keras.optimizers.Adadelta", {"kind": "optimizer"}
    wrong = "return lambda params: torch.optim.Adadelta(params, lr=learning_rate, rho=1 - rho, eps=epsilon)"
    failure = swept(worker, tmp_path, name, parameters, wrong, **more)["failure"]
    assert "settings do not match" in failure
    assert "weights (values): largest difference" in failure
    assert "clipnorm=1): does not fit the signature of the drop-in" in failure


SPATIAL = """
class SpatialDropout3D(nn.Module):
    def forward(self, x):
        y = F.dropout3d(x.movedim(-1, 1), {rate}, self.training)
        return y.movedim(1, -1)

return SpatialDropout3D()
"""


@pytest.mark.parametrize(("rate", "said"), [("rate", None), ("rate / 4", "the distributions differ")])
def test_noise_that_a_channel_shares_counts_once_for_each_example(
    worker: Worker, tmp_path: Path, rate: str, said: str | None
) -> None:
    parameters = "rate, data_format=None, seed=None, dtype=None"
    answer = swept(
        worker, tmp_path, "tf.keras.layers.SpatialDropout3D", parameters, SPATIAL.format(rate=rate), random="Drawn."
    )
    assert said in answer["failure"] if said else "evidence" in answer


@pytest.mark.parametrize(("factor", "said"), [("1", "holds"), ("1.00001", "result: largest difference")])
def test_what_rounding_of_the_inputs_moves_is_excused_and_no_more(
    worker: Worker, tmp_path: Path, factor: str, said: str
) -> None:
    """PyTorch is less exact near a pole, where a change of the input in its last place moves the result as far."""
    answer = swept(worker, tmp_path, "tf.math.digamma", "x", f"return torch.digamma(x) * {factor}")
    assert said in answer.get("failure", "holds")
