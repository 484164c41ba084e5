"""Prints what happens between Velox and models: fallback, budget, memory, reflection, the record.

Run: python tests/llm/transcript.py. The models are scripted servers on loopback, asked over real HTTP through litellm.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripted_model import Fails, Hangs, Says, scripted_model

from velox_engine.advisor import Advisor
from velox_engine.llm import Gateway, Message, Question
from velox_engine.llm.process import ModelProcess
from velox_engine.settings import parse
from velox_engine.source.document import SourceFile
from velox_engine.types import VeloxError

PEAKS = '''def peaks(values: list[int]) -> int:
    """How often the largest value occurs."""
    count = 0
    for value in values:
        if all(value >= other for other in values):
            count += 1
    return count
'''
WRONG = "def peaks(values):\n    return values.count(max(values))\n"
RIGHT = "def peaks(values):\n    return values.count(max(values)) if values else 0\n"
NOBODY = "http://127.0.0.1:9/v1"


def main() -> None:
    """Show everything in turn, with a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VELOX_DATA_DIR"] = f"{folder}/data"
        os.environ["VELOX_CONFIG"] = f"{folder}/config.toml"
        root = Path(folder)
        process = ModelProcess()
        try:
            show_fallback(root, process)
            show_budget(root, process)
            show_memory(root, process)
        finally:
            process.close()
        show_reflection(root)
        print("\n== velox audit --summary")
        subprocess.run([sys.executable, "-m", "velox_engine.cli.main", "audit", "--summary"], check=True)


def ask(root: Path, process: ModelProcess, text: str, **settings: Any) -> None:
    """Ask one question and print what came of it."""
    base = {"llm_primary": "openai/first", "llm_retries": 0}
    question = Question((Message("user", text),), "code.py", "f", "caching", None, 256)
    try:
        reply = Gateway(parse({**base, **settings}), root, process).ask(
            question, progress=lambda m: print(f"   … {m}")
        )
        print(f"   {reply.tier} said {reply.text!r}{' (remembered)' if reply.cached else ''}")
    except VeloxError as error:
        print(f"   {error.code}: {error.message}")


def show_fallback(root: Path, process: ModelProcess) -> None:
    """A failing, a silent and an absent first model."""
    with scripted_model([Says("hello from the second")]) as second:
        others = {"llm_secondary": "openai/second", "llm_secondary_url": second.url}
        with scripted_model([Fails(500)]) as first:
            print("\n== The first model answers HTTP 500")
            ask(root, process, "one", llm_primary_url=first.url, **others)
        with scripted_model([Hangs()]) as first:
            print("\n== The first model takes longer than its second")
            ask(root, process, "two", llm_primary_url=first.url, llm_timeout=1, **others)
        print("\n== Nobody listens where the first model should be")
        ask(root, process, "three", llm_primary_url=NOBODY, **others)


def show_budget(root: Path, process: ModelProcess) -> None:
    """A day's requests are used up."""
    with scripted_model([Says("hello")]) as model:
        print("\n== A budget of seven requests a day: six were made above, those that failed among them")
        for number in range(3):
            ask(root, process, f"budget {number}", llm_primary_url=model.url, llm_daily_requests=7)
        print(f"   requests that reached the model: {len(model.requests)}")


def show_memory(root: Path, process: ModelProcess) -> None:
    """The same question twice."""
    with scripted_model([Says("hello")]) as model:
        print("\n== The same question twice")
        for _ in range(2):
            ask(root, process, "the same", llm_primary_url=model.url)
        print(f"   requests that reached the model: {len(model.requests)}")


def show_reflection(root: Path) -> None:
    """A refuted first answer and an accepted second one."""
    print("\n== A wrong rewrite is refuted, its counterexample sent back, the next one is accepted")
    path = root / "work.py"
    path.write_text(PEAKS)
    source = SourceFile.from_text(PEAKS, path)
    answers = [
        Says(json.dumps({"rewrites": [{"code": code, "note": "counts once"}]})) for code in (WRONG, RIGHT)
    ]
    with scripted_model(answers) as model:
        settings = {
            "llm_primary": "openai/first",
            "llm_primary_url": model.url,
            "llm_actions": 1,
            "budget": 600,
        }
        with Advisor.for_file(source, parse(settings)) as advisor:
            advice = advisor.optimize(source, "peaks")
        for attempt in advice.tried:
            print(f"   {attempt.strategy}: {attempt.status}: {attempt.reason}")
        print("   what went back:")
        print("      " + model.prompts[-1].rsplit("\n\n", 1)[0].rsplit("}\n", 1)[-1])
        print(f"   {advice.status}: {advice.reason}")
        for suggestion in advice.suggestions:
            print("   " + suggestion.diff.replace("\n", "\n   "))


if __name__ == "__main__":
    main()
