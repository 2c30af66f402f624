#!/usr/bin/env python3
"""Writes the time zones that scheduled scaling knows, from the system's time zone database.

    python tests/interop/make_zones.py           # writes crates/simulator/src/service/zones.txt

One zone a line: its canonical IANA name. The rules are in the data of the Rust library jiff, which does not say which
names are aliases.
"""

import pathlib

ZONES = pathlib.Path("/usr/share/zoneinfo")
TARGET = pathlib.Path(__file__).resolve().parents[2] / "crates/simulator/src/service/zones.txt"


def names():
    for line in (ZONES / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")[2].strip()
    yield from ("UTC", "GMT", "Etc/UTC", "Etc/GMT")
    for path in (ZONES / "Etc").glob("GMT[+-]*"):
        if path.name not in ("GMT+0", "GMT-0"):
            yield f"Etc/{path.name}"


def main():
    lines = [f"{name}\n" for name in sorted(set(names()))]
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
