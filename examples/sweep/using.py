"""How an object of TensorFlow is used, and what its drop-in makes just so."""

from __future__ import annotations

from typing import Any

from examples.frameworks import keras, tf, torch

UPDATES = 3  # of a metric, before its reset
STEPS = 50  # of a schedule


def use(original: Any, thing: Any, args: Any, kwargs: Any) -> Any:
    """What `thing`, an object of the class `original` or of its drop-in, gives when it is used.

    A metric gives its results after updates and after a reset, a schedule its rates; everything else is called.
    """
    if isinstance(original, type) and issubclass(original, keras.Metric):
        return _results(thing, args, kwargs)
    if isinstance(original, type) and issubclass(original, keras.optimizers.schedules.LearningRateSchedule):
        return [float(thing(step)) for step in range(STEPS)]
    return thing(*args, **kwargs)


def _results(metric: Any, args: Any, kwargs: Any) -> list[Any]:
    results = []
    for shift in range(UPDATES):
        metric.update_state(*(_rolled(value, shift) for value in args[:1]), *args[1:], **kwargs)
        results.append(metric.result())
    metric.reset_state()
    metric.update_state(*args, **kwargs)
    return [*results, metric.result()]


def _rolled(value: Any, shift: int) -> Any:
    """The first input with its rows in another order, so that each update counts something else."""
    if isinstance(value, torch.Tensor):
        return value.roll(shift, 0) if value.ndim else value
    if isinstance(value, tf.Tensor):
        return tf.roll(value, shift, 0) if value.shape.rank else value
    return value
