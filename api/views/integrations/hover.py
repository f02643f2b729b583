"""What an editor shows over a call: python hover.py model.py 12 9"""

import sys
from pathlib import Path

import httpx

SERVER = "http://127.0.0.1:8000"


def hover(path: Path, line: int, column: int) -> str:
    """The twin of the innermost call at a position (both count from 1), and what differs for its arguments."""
    answer = httpx.post(f"{SERVER}/scan", json={"source": path.read_text(encoding="utf-8")}).raise_for_status().json()
    at, here = (line, column), None
    for call in answer["calls"]:
        if (call["line"], call["column"]) <= at < (call["end_line"], call["end_column"]) and call["twin"]:
            here = call  # calls come in the order of the text: a later one is further inside
    if here is None:
        return ""
    told = [f"- {item['text']}" for item in (here["differences"] or {"applies": []})["applies"]]
    return "\n".join([f"{here['name']} → {here['twin']['name'] or 'no counterpart'}", here["twin"]["summary"], *told])


if __name__ == "__main__":
    print(hover(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
