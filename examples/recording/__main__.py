"""Records what Keras's own tests feed to its public names, and to the functions of TensorFlow beneath.

Run `python -m examples.recording` after an upgrade of either; it takes half an hour. With `--check` it only says
whether the committed samples are those of the installed versions: it reads all tests, and runs a few of them again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from examples.recording.run import Recorded, record, tests_folder
from examples.recording.signatures import besides, from_signatures
from examples.recording.store import COMMAND, Samples, header, headers, merged, read, write

# One process each, so that what the tests leave in memory does not add up.
SLICES = [
    "activations/* constraints/* initializers/* losses/* regularizers/* random/*",
    "metrics/* optimizers/* optimizers/schedules/* utils/numerical_utils utils/sequence_utils",
    "layers/activations/* layers/core/*",
    "layers/convolutional/* layers/pooling/* layers/merging/*",
    "layers/attention/* layers/normalization/* layers/regularization/* layers/reshaping/*",
    "layers/rnn/*",
    "layers/layer layers/preprocessing/**/*",
    "ops/nn ops/core ops/einops ops/ops",
    "ops/image ops/linalg ops/math",
    "ops/numpy",
]
AGAIN = "activations/* regularizers/* constraints/*"  # run by `--check`: a quarter of a minute


def main(arguments: list[str] | None = None) -> int:
    """Write the samples, or compare them with `--check`. Returns the exit status: 1 when they are out of date."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the samples are out of date")
    if parser.parse_args(arguments).check:
        problems = list(stale(read(), record(files_of(AGAIN))))
        print(*problems, sep="\n", file=sys.stderr)
        return int(bool(problems))
    samples = besides(merged([record(files_of(patterns)) for patterns in SLICES]))
    samples |= from_signatures(samples.keys())
    write(samples)
    print(f"{len(samples)} names, {sum(map(len, samples.values()))} samples", file=sys.stderr)
    return 0


def files_of(patterns: str) -> list[str]:
    """The files of tests that patterns without their ending name."""
    root = tests_folder()
    found = {path for pattern in patterns.split() for path in root.glob(f"{pattern}_test.py")}
    return sorted(path.relative_to(root).as_posix() for path in found)


def stale(samples: Samples, again: Recorded) -> Iterator[str]:
    """Why the committed samples are not those of the installed versions. `again` is a part that was recorded anew."""
    now = header()
    if any(head != now for head in headers()):
        yield f"the samples were recorded with other versions or tests: run `{COMMAND}`"
        return
    for name, listed in samples.items():
        for sample in listed:
            names = again.get(sample["test"])
            call = {key: value for key, value in sample.items() if key != "test"}
            if names is not None and call not in names.get(name, []):
                yield f"{name}: {sample['test']} no longer makes the call {call}: run `{COMMAND}`"


if __name__ == "__main__":
    sys.exit(main())
