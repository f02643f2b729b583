"""Counter-examples by subject and by what differs, those that bite most first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from loader.publish.document import Difference, ModuleBrief

WORST = 3  # shown of each subject
ERROR = "error"


@dataclass(frozen=True)
class Subject:
    """The counter-examples of a module: how many there are, and the first of them."""

    module: ModuleBrief
    count: int
    worst: list[Difference]


class Differences:
    """All counter-examples. Those of mappings that students should read come first: they meet most readers."""

    def __init__(self, found: Iterable[Difference], basics: Collection[str]) -> None:
        self._found = sorted(found, key=lambda item: (item.mapping not in basics, item.outcome != "differ"))

    def chosen(self, module: str, aspect: str) -> list[Difference]:
        """Those of a module and with an aspect; all where neither is given."""
        return [
            item
            for item in self._found
            if (not module or item.module == module) and (not aspect or aspect in aspects_of(item))
        ]

    def subjects(self, modules: Iterable[ModuleBrief]) -> list[Subject]:
        """The modules that have any, in reading order."""
        found = []
        for module in modules:
            own = self.chosen(module.id, "")
            if own:
                found.append(Subject(module, len(own), own[:WORST]))
        return found

    def aspects(self, module: str) -> list[tuple[str, int]]:
        """What differs, with how many counter-examples show it (in a module, if one is named), most frequent first."""
        return Counter(aspect for item in self.chosen(module, "") for aspect in aspects_of(item)).most_common()


def aspects_of(item: Difference) -> list[str]:
    """What differs in a counter-example, or that one side raises."""
    return list(item.differ) or [ERROR]
