"""What each new dataset changed: the committed file, and the `changes` command that completes it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from loader.files import FileError, write_text
from loader.model.inventory import InventoryError, read_generated
from loader.model.mapping import Mapping
from loader.publish.document import Change
from loader.reading.data import read_common, read_mappings
from loader.reading.problems import BadData, Problem

NAME = "changes.json"
KEPT = 50  # changes; a reader of the feed has seen older ones


class Changes(BaseModel):
    """All of them, the newest first, and what the newest was made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    changes: list[Change] = []
    digests: dict[str, str] = Field({}, description="By id: what a mapping said when the newest change was recorded.")


def read_changes(folder: Path) -> Changes:
    """The changes in a folder of inventories; none where there is no such file.

    Raises:
        InventoryError: the file is not what the command writes.
    """
    return read_generated(folder / NAME, Changes, "a file of changes", "take it back from git")


def digest(mapping: Mapping) -> str:
    """What a mapping says, but for how people ask for it, which is no news."""
    text = mapping.model_dump_json(exclude={"questions"})
    return blake2b(text.encode(), digest_size=6).hexdigest()


def recorded(before: Changes, digests: dict[str, str], at: str) -> Changes:
    """The changes with another one; the same where nothing changed."""
    change = Change(
        at=at,
        added=sorted(digests.keys() - before.digests.keys()),
        changed=sorted(
            name for name in digests.keys() & before.digests.keys() if digests[name] != before.digests[name]
        ),
        removed=sorted(before.digests.keys() - digests.keys()),
    )
    if not (change.added or change.changed or change.removed):
        return before
    return Changes(changes=[change, *before.changes][:KEPT], digests=digests)


def report(folder: Path) -> int:
    """Write the file, and print how much changed; the exit code."""
    problems: list[Problem] = []
    try:
        before = read_changes(folder / "inventory")
        common, found = read_common(folder)
        if common is None or found:
            raise BadData(found)
        digests = {one.mapping.name: digest(one.mapping) for one in read_mappings(common.files, problems.append)}
        if problems:
            raise BadData(problems)
        after = recorded(before, digests, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        write_text(folder / "inventory" / NAME, after.model_dump_json(indent=1) + "\n")
    except (BadData, InventoryError, FileError) as error:
        print(error, file=sys.stderr)
        return 1
    if after is before:
        print("nothing changed since the last record")
        return 0
    newest = after.changes[0]
    print(f"{len(newest.added)} added, {len(newest.changed)} changed, {len(newest.removed)} removed")
    return 0
