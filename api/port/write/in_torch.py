"""Helpers of ported text in PyTorch, by name; `{name}` is what the text calls them."""

from __future__ import annotations

TEMPLATES = {
    "not_ported": '''
def {name}(what):
    """Marks what was not ported: fails when it is reached."""
    raise NotImplementedError(what)
''',
    "divide": '''
def {name}(x, y):
    """x / y; integer tensors of 8 and 16 bits give float32, others float64, as in TensorFlow."""
    parts = [part for part in (x, y) if isinstance(part, torch.Tensor)]
    if not parts or parts[0].is_floating_point() or parts[0].is_complex():
        return x / y
    dtype = torch.float32 if parts[0].dtype.itemsize < 4 else torch.float64
    return torch.as_tensor(x, dtype=dtype) / torch.as_tensor(y, dtype=dtype)
''',
    "in_mode": '''
def {name}(model, training, *args, **kwargs):
    """A call of a model that trains or does not; it goes on in inference, where Keras's models are."""
    model.train(bool(training))
    try:
        return model(*args, **kwargs)
    finally:
        model.eval()
''',
    "add_weight": '''
def {name}(shape=(), initializer=None, trainable=True, dtype=None, name=None):
    """A weight of a module, drawn as Keras draws it."""
    value = torch.empty(tuple(shape), dtype=dtype or torch.get_default_dtype())
    named = {{
        "zeros": nn.init.zeros_, "ones": nn.init.ones_, "orthogonal": nn.init.orthogonal_,
        "random_normal": lambda x: nn.init.normal_(x, 0, 0.05), "normal": lambda x: nn.init.normal_(x, 0, 0.05),
        "random_uniform": lambda x: nn.init.uniform_(x, -0.05, 0.05),
        "uniform": lambda x: nn.init.uniform_(x, -0.05, 0.05),
        "glorot_uniform": nn.init.xavier_uniform_, None: nn.init.xavier_uniform_,
    }}
    if callable(initializer):
        value = initializer(tuple(shape), value.dtype)
    elif value.ndim > 2 and initializer in ("glorot_uniform", None):
        raise NotImplementedError("of more than two axes Keras counts inputs and outputs otherwise")
    else:
        named[initializer](value)
    return nn.Parameter(value, requires_grad=trainable and value.is_floating_point())
''',
    "built": '''
def {name}(module, inputs):
    """Let a module make its weights for its first inputs, as Keras does."""
    if not module.__dict__.get("_has_weights"):
        module.build(inputs.shape if isinstance(inputs, torch.Tensor) else [part.shape for part in inputs])
        module.__dict__["_has_weights"] = True
''',
    "filled": '''
def {name}(initializer):
    """An initializer of Keras, which makes a tensor of a shape, as one that fills a tensor."""
    return lambda tensor: tensor.data.copy_(initializer(tuple(tensor.shape)))
''',
    "as_input": '''
def {name}(value):
    """What a model makes of an array or a list: floats have the default dtype."""
    value = torch.as_tensor(value)
    return value.to(torch.get_default_dtype()) if value.is_floating_point() else value
''',
    "set_random_seed": '''
def {name}(seed):
    """Seed Python, NumPy and PyTorch."""
    import random

    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
''',
    "optimizer": '''
class {name}:
    """An optimizer that is told its parameters when it first steps, as Keras's are."""

    def __init__(self, make):
        self._make, self._made = make, None

    def apply_gradients(self, pairs):
        pairs = [(gradient, parameter) for gradient, parameter in pairs if gradient is not None]
        if self._made is None:
            self._made = self._make([parameter for _, parameter in pairs])
        known = {{id(p) for group in self._made.param_groups for p in group["params"]}}
        if any(id(parameter) not in known for _, parameter in pairs):
            raise ValueError("the optimizer was made for other parameters")
        for gradient, parameter in pairs:
            parameter.grad = gradient
        self._made.step()
        self._made.zero_grad()
''',
    "gradient": '''
def {name}(target, sources, retain=False, create=False):
    """What tape.gradient gives: one gradient for each source, None where it has no influence."""
    several = isinstance(sources, (list, tuple))
    targets = target if isinstance(target, (list, tuple)) else [target]
    total = sum(part.sum() for part in targets)
    every = list(sources) if several else [sources]
    wanted = [source for source in every if source.requires_grad and total.requires_grad]
    given = torch.autograd.grad(
        total, wanted, allow_unused=True, retain_graph=retain or create, create_graph=create
    ) if wanted else ()
    by_source = {{id(source): gradient for source, gradient in zip(wanted, given)}}
    found = [by_source.get(id(source)) for source in every]
    return found if several else found[0]
''',
    "assign": '''
def {name}(variable, value):
    """Give a variable a new value; tensors that were read from it keep theirs."""
    value = torch.as_tensor(value, dtype=variable.dtype).detach()
    if value.shape != variable.shape:
        raise ValueError(f"{{tuple(value.shape)}} is assigned to a variable of {{tuple(variable.shape)}}")
    variable.data = value.clone()
    return variable
''',
    "variable": '''
def {name}(value, trainable=True, name=None, dtype=None):
    """A variable: a parameter that takes gradients if it trains and has floats."""
    given, value = value, torch.as_tensor(value)
    if dtype is None and not hasattr(given, "dtype") and value.dtype == torch.int64:
        dtype = torch.int32
    value = value.to(dtype or value.dtype).detach().clone()
    return nn.Parameter(value, requires_grad=trainable and (value.is_floating_point() or value.is_complex()))
''',
}
