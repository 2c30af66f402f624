#!/usr/bin/env python3
"""A contact center by the AWS CLI: builds, re-reads, changes and removes each kind on the simulator.

    cli.py http://127.0.0.1:4566 [AWS [TOPIC...]]

AWS is the program to run, a process for each command. `-`, or nothing: this Python's own AWS CLI, loaded once
(`cli_server.py`). A program of version 1 is the same code, so that only a topic with files and folders is run with it. Topics that have nothing in common run at the same time; naming some runs only those. The last line counts the
checks.
"""
import concurrent.futures
import sys
import time
import traceback

import checks
import shell
from cli_topics import contact, desktops, identity, network, storage

TOPICS = (desktops.fleets, storage.buckets, contact.center, identity.roles, storage.folders, identity.single_sign_on,
          desktops.builders, desktops.people, storage.parts, identity.secrets, network.groups, network.endpoints)

# What may differ where each command is a process: the files and folders that it reads and writes, how it ends.
WITH_PROCESSES = (storage.folders,)


def told(topic):
    """Runs one topic; whether it held."""
    started = time.monotonic()
    try:
        topic()
    except Exception:  # any exception is the finding, and the other topics go on
        print(f"{topic.__module__}.{topic.__name__} FAILED\n{traceback.format_exc()}", flush=True)
        return False
    print(f"{topic.__module__}.{topic.__name__} ok in {time.monotonic() - started:.1f} s", flush=True)
    return True


def main():
    started = time.monotonic()
    if len(sys.argv) > 2 and sys.argv[2] != "-":
        shell.PROGRAM = sys.argv[2]
    else:
        shell.start()
    version = shell.run("--version").stdout.strip()
    print(version, flush=True)
    topics = WITH_PROCESSES if shell.PROGRAM and version.startswith("aws-cli/1.") else TOPICS
    wanted = [topic for topic in TOPICS if topic.__name__ in sys.argv[3:]] or topics
    with concurrent.futures.ThreadPoolExecutor(max_workers=6) as pool:
        held = list(pool.map(told, wanted))
    print(f"{checks.PASSED} checks in {time.monotonic() - started:.1f} s")
    sys.exit(0 if held and all(held) else 1)


if __name__ == "__main__":
    main()
