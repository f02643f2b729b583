"""Where the inventories stand."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "mappings" / "inventory"
