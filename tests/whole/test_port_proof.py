"""`python -m examples.port`: the model files of the corpus are equal, and a mistake in a port is seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MODELS = sorted(path for path in (ROOT / "examples/ports").glob("*/*.py") if path.parent.name != "snippets")


def test_every_model_file_computes_the_same(whole_database: Path) -> None:
    command = [sys.executable, "-m", "examples.port", *map(str, MODELS), "--database", str(whole_database)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    verdicts = [line for line in done.stdout.splitlines() if " is left: " not in line]
    assert [line for line in verdicts if ": equal (" not in line] == [], done.stderr
    assert len(verdicts) >= len(MODELS) >= 25
    assert done.returncode == 0


PLANTED = """
import sys
from examples.frameworks import configure
from examples.port.__main__ import port
from examples.port.prove import prove, recipes_of
from pathlib import Path

configure()
path = Path(sys.argv[1])
source = path.read_text()
ported = port(path, sys.argv[2])
assert sys.argv[3] in ported["source"]
print(prove(source, ported["source"].replace(sys.argv[3], sys.argv[4]), ported["weights"], recipes_of(source)[0]))
"""


def planted(database: Path, name: str, right: str, wrong: str) -> str:
    path = next(path for path in MODELS if path.stem == name)
    command = [sys.executable, "-c", PLANTED, str(path), str(database), right, wrong]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_planted_mistake_is_seen_where_it_is(whole_database: Path) -> None:
    told = planted(whole_database, "transformer_encoder", "math.sqrt(self.d_k)", "math.sqrt(self.d_k + 1)")
    assert "DIFFERENT" in told
    assert told.rstrip().endswith("the first part that differs is layers.0.attention"), told
    told = planted(whole_database, "resnet", "momentum=0.9, epsilon=1e-5", "momentum=0.9, epsilon=1e-1")
    assert "DIFFERENT" in told
    assert told.rstrip().endswith("the first part that differs is layer1.0.bn1"), told
    told = planted(whole_database, "resnet", "self.shortcut(x)", "1.1 * self.shortcut(x)")
    assert told.rstrip().endswith("the first part that differs is layer1.0"), told
