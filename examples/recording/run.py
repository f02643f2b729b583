"""Runs Keras's own tests from a copy, slice by slice, and gathers what they fed to public names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from examples.frameworks import keras
from examples.recording.choose import Sample

ROOT = Path(__file__).parent.parent.parent
Recorded = dict[str, dict[str, list[Sample]]]  # file of tests, name, samples
# Keras's tests import it, and the wheel leaves it out. Some tests import JAX or Grain, which are not installed:
# without these they run and fail, when what they feed to Keras has been recorded.
CONFTEST = """
import sys
from unittest import mock

import pytest

for name in ("grain", "jax", "jax.numpy", "jax.experimental", "jax.experimental.sparse"):
    sys.modules.setdefault(name, mock.MagicMock())


def skip_if_backend(given, reason):
    return pytest.mark.skipif(given == "tensorflow", reason=reason)
"""
SLICE_LIMIT = 3600  # seconds for one slice; every test has a limit of its own


def tests_folder() -> Path:
    """Where the installed Keras keeps its tests."""
    return Path(keras.__file__).parent / "src"


def record(files: Iterable[str]) -> Recorded:
    """Run these files of tests (paths below `keras/src`) in one process.

    Raises:
        RuntimeError: the process wrote nothing; the message holds the end of its output.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "tests"
        listed = list(_copied(files, folder))
        written = Path(scratch) / "recording.json"
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]),
            "PYTHONHASHSEED": "0",
            "KERAS_BACKEND": "tensorflow",
            "RECORDING": str(written),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        options = [
            "-c",
            os.devnull,
            f"--rootdir={folder}",
            "--import-mode=importlib",
            "--continue-on-collection-errors",
        ]
        options += ["-q", "--no-header", "--tb=no"]
        plugins = ["-p", "examples.recording.plugin", "-p", "no:cacheprovider", "-p", "no:warnings", "-p", "no:xdist"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *plugins, *listed],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SLICE_LIMIT,
            check=False,
        )
        if not written.exists():
            raise RuntimeError(f"Keras's tests did not run:\n{done.stdout[-3000:]}")
        print(done.stdout.strip().splitlines()[-1], file=sys.stderr)
        recorded: Recorded = json.loads(written.read_text(encoding="utf-8"))
        return recorded


def _copied(files: Iterable[str], folder: Path) -> Iterator[str]:
    """Copies, since the package itself may be read-only and must stay as it is."""
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tests_folder() / name, target)
        yield str(target)
