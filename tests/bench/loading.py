"""The loader beside an earlier commit of it: a whole build and the check of one file, in turn, each in a process.

`python -m tests.bench.loading [COMMIT]` prints the table that `make bench` prints.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent.parent
BASELINE = "552b619"  # before mappings were read, checked and written one by one
ROUNDS = 3
CHECKED = "mappings/convolution/torch.nn.Conv2d.yaml"


def comparison(baseline: str = BASELINE, rounds: int = ROUNDS) -> str:
    """Processor seconds and megabytes; each tree loads its own data. Says so where git has no such commit."""
    look_up = ["git", "rev-parse", "--verify", "--quiet", f"{baseline}^{{commit}}"]
    known = subprocess.run(look_up, cwd=ROOT, capture_output=True, check=False)
    if known.returncode != 0:
        return f"commit {baseline} is not in this clone: nothing to compare the loader with"
    lines = [f"loader               {baseline:>12}          now    ratio"]
    with tempfile.TemporaryDirectory() as name, worktree(baseline, Path(name) / "before") as before:
        commands = {
            "build": ["build", "--output", str(Path(name) / "built.sqlite")],
            "check of one file": ["check", CHECKED],
        }
        for label, command in commands.items():
            times: dict[Path, list[tuple[float, float]]] = {before: [], ROOT: []}
            for _ in range(rounds):
                for tree, measured in times.items():
                    measured.append(run(tree, command))
            (old, old_memory), (new, new_memory) = (
                (median(t for t, _ in measured), median(m for _, m in measured)) for measured in times.values()
            )
            lines.append(f"{label:<20} {old:10.2f} s {new:10.2f} s {new / old:8.2f}")
            lines.append(f"{'':<20} {old_memory:9.0f} MB {new_memory:9.0f} MB {new_memory / old_memory:8.2f}")
    lines.append("(target: build at most 0.5 of the time, check of one file under 1.5 s)")
    return "\n".join(lines)


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """The files of a commit in a folder, for as long as they are needed."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def run(tree: Path, command: list[str]) -> tuple[float, float]:
    """Processor seconds and megabytes of one run of the loader of a tree; others may use the machine too.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "loader", *command],
            cwd=tree,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "PYTHONPATH": str(tree)},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{tree}: loader {command[0]} failed: {said.read().decode(errors='replace')[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    print(comparison(sys.argv[1] if len(sys.argv) > 1 else BASELINE))
