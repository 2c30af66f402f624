#!/usr/bin/env python3
"""Writes the time zones that scheduled scaling knows, from the system's time zone database.

    python tests/interop/make_zones.py           # writes crates/simulator/src/service/auto_scaling/zones.txt

One zone a line: its IANA name, and the rule in force for the years to come (the POSIX rule at the end of a
zone's file). Rules of the past are left out: a schedule only ever looks ahead.
"""

import pathlib

ZONES = pathlib.Path("/usr/share/zoneinfo")
TARGET = pathlib.Path(__file__).resolve().parents[2] / "crates/simulator/src/service/auto_scaling/zones.txt"


def names():
    for line in (ZONES / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")[2].strip()
    yield from ("UTC", "GMT", "Etc/UTC", "Etc/GMT")
    for path in (ZONES / "Etc").glob("GMT[+-]*"):
        if path.name not in ("GMT+0", "GMT-0"):
            yield f"Etc/{path.name}"


def rule(name):
    return (ZONES / name).read_bytes().rstrip(b"\n").rsplit(b"\n", 1)[1].decode("ascii")


def main():
    lines = [f"{name} {rule(name)}\n" for name in sorted(set(names()))]
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
