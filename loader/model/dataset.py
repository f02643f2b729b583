"""What is said of all mappings: modules, conventions, and names that belong to neither framework."""

from __future__ import annotations

from pydantic import Field

from loader.model.dotted import Side
from loader.model.fields import Name, Strict, Text


class Module(Strict):
    """A functional module of the dataset: `mappings/<module>/module.yaml`."""

    title: Text
    order: int
    introduction: str
    reading: list[str] = Field([], description="Ids in the order in which a student reads them.")


class ModuleTranslation(Strict):
    """The same in Simplified Chinese: `mappings/<module>/module.zh.yaml`. A module that has it is translated whole."""

    title: Text
    introduction: str


class GeneralParameter(Strict):
    sides: list[Side] = Field(["torch"], description="The frameworks that have it.")
    text: Text


class Conventions(Strict):
    """What is settled once for all mappings: `mappings/conventions.yaml`."""

    general_parameters: dict[str, GeneralParameter]
    dtypes: dict[str, str]
    values: dict[str, Text]


class Elsewhere(Strict):
    """Where to go for a name that belongs to neither framework; `see` names mappings."""

    text: Text
    see: list[Name] = Field([], description="Ids of mappings that answer what was probably meant.")


class Outside(Strict):
    """Names that people look up here although no framework has them: `mappings/outside.yaml`.

    `packages` are whole packages by their import name; `names` are single names, of such a package or of nobody.
    """

    packages: dict[str, Elsewhere] = Field({}, description="Whole packages, by their import name.")
    names: dict[str, Elsewhere] = Field({}, description="Single names.")
