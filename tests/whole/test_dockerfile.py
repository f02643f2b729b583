"""The Dockerfile, followed step by step without a container engine.

Each stage gets a folder as its root, absolute paths are taken below it, and COPY and RUN do there what an image build
would do. Then the result is started as its CMD says, and its HEALTHCHECK is asked.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.support.lock import read_lock

ROOT = Path(__file__).parent.parent.parent
SERVED_FROM = re.compile(r"(?<![\w./])/(app|venv|data)\b")  # the absolute paths that the file uses


@dataclass
class Stage:
    """One stage of the image: its root folder and what its steps have set so far."""

    root: Path
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)

    def place(self, path: str) -> Path:
        """A path of the image on this machine."""
        return self.root / (PurePosixPath(self.workdir) / path).relative_to("/")

    def translate(self, text: str) -> str:
        """A command or value of the image, with its absolute paths below the root."""
        return SERVED_FROM.sub(lambda found: f"{self.root}{found[0]}", text)

    def variables(self) -> dict[str, str]:
        """The environment of a process in the image: what its steps set, and where programs are."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_")) or name == "HOME"
        }
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return {"PATH": path, **kept, **{k: self.translate(v) for k, v in self.environment.items()}}

    def run(self, command: str) -> None:
        subprocess.run(
            ["sh", "-ec", self.translate(command)], cwd=self.place("."), env=self.variables(), check=True, timeout=600
        )

    def start(self, command: list[str], **environment: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.translate(word) for word in command], cwd=self.place("."), env={**self.variables(), **environment}
        )


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line and not line.startswith("#")]


def context_files() -> list[Path]:
    """What of the repository is sent to the build, as .dockerignore says: the last matching line decides."""
    rules = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if not line.startswith("#")]
    tracked = [path for path in ROOT.rglob("*") if path.is_file() and not _elsewhere(path.relative_to(ROOT))]
    return [path for path in tracked if _is_sent(path.relative_to(ROOT).as_posix(), rules)]


def _elsewhere(path: Path) -> bool:
    return path.parts[0].startswith(".venv") or path.parts[0] in (".git", "build")


def _is_sent(path: str, rules: list[str]) -> bool:
    sent = True
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        anywhere = rule.removeprefix("!").startswith("**/")
        parts = path.split("/")
        names = parts if anywhere else ["/".join(parts[: n + 1]) for n in range(len(parts))]
        if rule == "**" or any(_matches(name, pattern) for name in names):
            sent = rule.startswith("!")
    return sent


def _matches(path: str, pattern: str) -> bool:
    """A star stays within one part of a path; two at the end are everything below a folder."""
    parts, patterns = path.split("/"), pattern.split("/")
    if patterns[-1] == "**" and len(parts) >= len(patterns):
        parts, patterns = parts[: len(patterns) - 1], patterns[:-1]
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatch, parts, patterns))


def follow(folder: Path, context: Path) -> list[Stage]:
    """Perform all instructions; an unknown one fails."""
    stages: list[Stage] = []
    names: dict[str, Stage] = {}
    for word, rest in instructions():
        stage = stages[-1] if stages else Stage(folder)
        if word == "ARG":
            assert rest == "BASE=python:3.11-slim"
        elif word == "FROM":
            image, _, name = rest.partition(" AS ")
            assert image == "${BASE}"
            stages.append(Stage(folder / f"stage{len(stages)}"))
            stages[-1].root.mkdir(parents=True)
            names[name] = stages[-1]
        elif word == "WORKDIR":
            stage.workdir = rest
            stage.place(".").mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            stage.environment |= dict([rest.split("=", 1)])
        elif word == "COPY":
            _copy(stage, rest, names, context)
        elif word == "RUN":
            stage.run(rest)
        elif word == "USER":
            stage.user = rest
        elif word == "EXPOSE":
            stage.ports.append(rest)
        elif word == "HEALTHCHECK":
            stage.health = json.loads(rest.partition(" CMD ")[2])
        elif word == "CMD":
            stage.command = json.loads(rest)
        else:
            pytest.fail(f"this test does not know {word}: teach it")
    return stages


def _copy(stage: Stage, rest: str, names: dict[str, Stage], context: Path) -> None:
    words = shlex.split(rest)
    origin = Stage(context)
    if words[0].startswith("--from="):
        origin = names[words.pop(0).removeprefix("--from=")]
    *sources, target = words
    for source in sources:
        path, destination = origin.place(source), stage.place(target)
        if path.is_dir():
            shutil.copytree(path, destination, symlinks=True, dirs_exist_ok=True)
        else:
            folder = target.endswith("/")
            shutil.copy2(path, destination / path.name if folder else destination)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The final stage, with everything that the steps put into it."""
    folder = tmp_path_factory.mktemp("image")
    context = folder / "context"
    for path in context_files():
        copied = context / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copied)
    return follow(folder, context)[-1]


def test_image_serves_and_is_healthy_and_writes_nothing(image: Stage) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    before = {path for path in image.root.rglob("*") if "__pycache__" not in path.parts}
    server = image.start(image.command, TWINTENSOR_PORT=port)
    try:
        deadline = time.monotonic() + 20
        while image.start(image.health, TWINTENSOR_PORT=port).wait(timeout=10) != 0:
            assert server.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "not healthy within 20 seconds"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            assert json.load(response) == {"status": "ok"}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as response:
            assert json.load(response)["dataset"]
    finally:
        server.terminate()
        assert server.wait(timeout=10) in (0, -15)
    assert {path for path in image.root.rglob("*") if "__pycache__" not in path.parts} == before


def test_health_check_fails_where_no_server_runs(image: Stage) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
        assert image.start(image.health, TWINTENSOR_PORT=port).wait(timeout=10) == 1


def test_image_holds_what_serving_needs_and_no_more(image: Stage) -> None:
    packages = next(image.place("/venv/lib").glob("python3*/site-packages"))
    installed = {path.name.lower() for path in packages.iterdir()}
    assert "fastapi" in installed
    assert installed.isdisjoint({"torch", "tensorflow", "keras", "numpy", "pytest"})
    assert sorted(path.name for path in image.place("/app").iterdir()) == ["LICENSE", "LICENSE-DATA", "api", "loader"]
    assert image.place("/data/twintensor.sqlite").is_file()


def test_what_the_image_holds_is_listed(image: Stage, tmp_path: Path) -> None:
    """By the command that lists it for a release: valid CycloneDX, every package at its locked version."""
    listed, venv = tmp_path / "sbom.cdx.json", image.place("/venv")
    ready = ["-o", f"{venv}/.installed", "-o", ".venv-verify/.installed"]
    subprocess.run(["make", "-s", "sbom", f"IMAGE={venv}", f"SBOM={listed}", *ready], cwd=ROOT, check=True, timeout=120)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(listed.read_text(encoding="utf-8")) is None
    told = json.loads(listed.read_text(encoding="utf-8"))
    assert told["metadata"]["component"]["name"] == "twintensor"
    held = {canonicalize_name(part["name"]): part["version"] for part in told["components"]}
    locked = {name: entry.version for name, entry in read_lock().items() if entry.is_wanted_here}
    assert locked.items() <= held.items()
    assert held.keys() - locked.keys() <= {"pip", "setuptools"}  # what a virtual environment brings


def test_image_does_not_run_as_root(image: Stage) -> None:
    """By number, so that an orchestrator can see it without asking the image's list of users."""
    user = image.user.partition(":")[0]
    assert user.isdigit()
    assert int(user) > 0


def test_port_is_the_one_that_is_exposed(image: Stage) -> None:
    assert image.ports == [image.environment["TWINTENSOR_PORT"]]
    assert image.environment["TWINTENSOR_HOST"] == "0.0.0.0"
