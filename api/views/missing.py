"""Public names that have no answer yet."""

from __future__ import annotations

from api.lookup.catalogue import Catalogue
from loader.model.dotted import side_of


def missing_names(catalogue: Catalogue, namespace: str) -> list[str]:
    """The names directly below a namespace that nothing answers.

    Raises:
        KeyError: neither framework has this namespace.
    """
    mapped, known = catalogue.database.all_names(side_of(namespace))
    own = {name for name in known if name.rpartition(".")[0] == namespace}
    if not own:
        raise KeyError(namespace)
    return sorted(own - mapped)
