"""Writes one store from several processes that are killed at random moments; a script: PLACE KILLS SEED.

Prints JSON: {"kills", "confirmed": [names of transactions that were known to be committed], "ended": [exit states
of writers that ended otherwise]}. Writers are forked from this process, which has imported everything and opened
nothing, so that a kill costs milliseconds and hits the opening of the store as often as the writing.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from itertools import count

import psycopg  # noqa: F401  imported before the forks, like the store

from velox_engine.experience.records import AttemptRecord, EpisodeRecord
from velox_engine.experience.store import ExperienceStore

WRITERS = 4
IN_OPENING = 0.3  # share of the kills that do not wait for the writer to have written
LONGEST_WAIT = 0.02
MOST_WRITTEN = 8
ATTEMPTS = 3  # rows of one transaction that nothing but the transaction keeps together


@dataclass(frozen=True)
class Writer:
    """A process that writes, and the pipe that it confirms each committed transaction on."""

    name: str
    pid: int
    confirmations: int


def start(place: str, name: str) -> Writer:
    """Fork a writer."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Writer(name, pid, reading)
    try:
        write(place, name, writing)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # it only ever ends by being killed


def write(place: str, name: str, confirmations: int) -> None:
    """Write transactions until killed, and confirm each after its commit."""
    with ExperienceStore.open(place) as store:
        for number in count():
            identity = f"{name}-{number}"
            store.record_episode(
                EpisodeRecord(identity, "m.py", "f", "improved"),
                attempts=[
                    AttemptRecord("m.py", "f", identity, "verified", str(part)) for part in range(ATTEMPTS)
                ],
            )
            assert store.record_feedback(identity, "accepted")
            os.write(confirmations, number.to_bytes(4, "big"))
            time.sleep(0.003)  # SQLite lets writers in by chance: without a pause, who has it keeps it


def end(writer: Writer, after: int, pause: float) -> tuple[list[str], str]:
    """Kill a writer some time after so many confirmations; returns all it confirmed, and how else it ended."""
    data = b""
    while len(data) < 4 * after and (chunk := os.read(writer.confirmations, 4)):
        data += chunk
    time.sleep(pause)
    os.kill(writer.pid, signal.SIGKILL)
    _, status = os.waitpid(writer.pid, 0)
    while chunk := os.read(writer.confirmations, 1 << 16):
        data += chunk
    os.close(writer.confirmations)
    confirmed = [f"{writer.name}-{int.from_bytes(data[at : at + 4], 'big')}" for at in range(0, len(data), 4)]
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return confirmed, "" if killed else f"{writer.name} ended by itself: {status}"


def main(place: str, kills: int, seed: int) -> None:
    """Keep several writers busy and kill one after another."""
    chance = random.Random(seed)
    writers = [start(place, f"w{index}") for index in range(WRITERS)]
    confirmed: list[str] = []
    ended: list[str] = []
    for turn in range(kills):
        victim = writers.pop(chance.randrange(len(writers)))
        after = 0 if chance.random() < IN_OPENING else chance.randint(1, MOST_WRITTEN)
        known, state = end(victim, after, chance.uniform(0, LONGEST_WAIT))
        confirmed += known
        ended += [state] if state else []
        if turn < kills - WRITERS:
            writers.append(start(place, f"w{turn + WRITERS}"))
        if not writers:
            break
    json.dump({"kills": kills, "confirmed": confirmed, "ended": ended}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
