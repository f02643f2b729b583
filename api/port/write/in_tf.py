"""Helpers of ported text in TensorFlow, by name; `{name}` is what the text calls them."""

from __future__ import annotations

TEMPLATES = {
    "indexed": '''
def {name}(x, key):
    """x[key] with integers, slices, None, lists, masks and integer tensors, as in NumPy."""
    keys = [np.asarray(k) if isinstance(k, (list, range)) else k for k in (key if isinstance(key, tuple) else (key,))]
    places = np.arange(tf.size(x)).reshape(x.shape)
    places = places[tuple(k.numpy() if tf.is_tensor(k) else k for k in keys)]
    return tf.gather(tf.reshape(x, [-1]), places)
''',
    "updated": '''
def {name}(x, select, value):
    """x after `x[...] = value`; `select` is that indexing."""
    places = select(tf.reshape(tf.range(tf.size(x)), tf.shape(x)))
    value = tf.broadcast_to(tf.cast(value, x.dtype), tf.shape(places))
    flat = tf.tensor_scatter_nd_update(tf.reshape(x, [-1]), tf.reshape(places, [-1, 1]), tf.reshape(value, [-1]))
    return tf.reshape(flat, tf.shape(x))
''',
    "divide": '''
def {name}(x, y):
    """x / y; integers give the default float, as in PyTorch."""
    return keras.ops.true_divide(x, y) if tf.is_tensor(x) or tf.is_tensor(y) else x / y
''',
    "not_ported": '''
def {name}(what):
    """Marks what was not ported: fails when it is reached."""
    raise NotImplementedError(what)
''',
    "as_layer": '''
class {name}(keras.layers.Layer):
    """A function of tensors as a layer, told whether it trains."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, *args, training=False):
        return self.function(*args, training=training)
''',
    "advance": '''
def {name}(schedule, optimizer):
    """One step of a schedule: the next learning rate of its optimizer."""
    schedule.steps = getattr(schedule, "steps", 0) + 1
    optimizer.learning_rate = schedule(schedule.steps)
''',
    "load_weights": '''
def {name}(model, weights):
    """Give a model its weights, a list or a file; one that is not built gets them when it is first called, eagerly."""
    put = model.set_weights if isinstance(weights, list) else model.load_weights
    if model.built:
        put(weights)
        return
    call = model.call

    def first(*args, **kwargs):
        made = call(*args, **kwargs)
        if not tf.executing_eagerly():  # Keras looks at shapes only
            return made
        model.call = call
        put(weights)
        return call(*args, **kwargs)

    model.call = first
''',
    "load_optimizer": '''
def {name}(optimizer, state):
    """Give an optimizer its state; one that is not built gets it with its variables."""
    build = optimizer.build

    def restored(variables):
        build(variables)
        for variable, value in zip(optimizer.variables, state, strict=True):
            variable.assign(value)

    if optimizer.built:
        restored(None)
    else:
        optimizer.build = restored
''',
    "save": '''
def {name}(value, path):
    """Write a value to a file, tensors as arrays."""
    value = tf.nest.map_structure(lambda leaf: leaf.numpy() if tf.is_tensor(leaf) else leaf, value)
    with open(path, "wb") as file:
        pickle.dump(value, file)
''',
    "load": '''
def {name}(path):
    """Read what `save` wrote."""
    with open(path, "rb") as file:
        value = pickle.load(file)
    return tf.nest.map_structure(lambda leaf: tf.constant(leaf) if isinstance(leaf, np.ndarray) else leaf, value)
''',
    "added": '''
def {name}(one, two):
    """Gradients added up, as PyTorch adds them until they are set to zero; None stands for none."""
    if one is None:
        return two
    pairs = zip(one, two, strict=True)
    return [b if a is None else a if b is None else tf.convert_to_tensor(a) + tf.convert_to_tensor(b) for a, b in pairs]
''',
}
