#!/usr/bin/env python3
"""A plan with nothing to change by Headset and by Terraform, of the same center in the same simulated cloud.

    benches/beside.py --headset target/release/headset --plugins DIRECTORY [--terraform terraform]

Headset makes `blueprints/split-ccp.yaml`, and Terraform imports all of it. Then both look at it, one after the other and
three times each, on a simulator that answers with AWS's latencies and rates in real time. Prints how long each took (the
median), how many calls it made, and the ratio. DIRECTORY is that of `tests/interop/terraform/drive.py`.
"""
import argparse
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/interop/terraform"))

import blueprint  # noqa: E402
from drive import HERE, Root  # noqa: E402
from simulator import Simulator  # noqa: E402

TIMES = 3
AS_AWS = ("--latency", "aws", "--throttle")


def made(options, directory):
    """A center that Headset made and Terraform knows: the cloud, and the directories of both."""
    with Simulator(options.headset) as simulator:
        headset = blueprint.Headset(options.headset, directory / "headset", simulator)
        file = directory / "headset/center.yaml"
        shutil.copy(blueprint.PROJECT / "blueprints/split-ccp.yaml", file)
        headset.run("apply", file.name, "--yes", "--wait", "10m")
        files = sorted((HERE / "made_by_headset").iterdir())
        root = Root(options, directory / "terraform", simulator, files, blueprint.identifiers(simulator))
        root.run("apply", "-json", "-auto-approve", "-parallelism=40")
        # Nothing was changed lately, so that what AWS lists may be believed.
        simulator.skip(86_400)
        return simulator.control("snapshot"), headset, root


def looked(simulator, look):
    """How long a look took, and how many calls it made."""
    before = len(simulator.control("calls")["calls"])
    began = time.monotonic()
    look()
    return time.monotonic() - began, len(simulator.control("calls")["calls"]) - before


def rest():
    """Until the rates of all services let a burst through again."""
    time.sleep(10)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headset", required=True, type=pathlib.Path)
    parser.add_argument("--plugins", required=True, type=pathlib.Path)
    parser.add_argument("--terraform", default="terraform")
    options = parser.parse_args()
    options.headset = options.headset.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        cloud, headset, root = made(options, pathlib.Path(temporary))
        # At the same address: Headset's state is bound to it.
        port = headset.environment["AWS_ENDPOINT_URL"].rpartition(":")[2]
        with Simulator(options.headset, "1", port, AS_AWS) as simulator:
            simulator.control("snapshot", cloud, "PUT")
            looks = {
                "headset plan": lambda: headset.run("plan", "center.yaml", "--detailed-exitcode"),
                "terraform plan": lambda: root.run("plan", "-detailed-exitcode", "-parallelism=40"),
            }
            found = {name: [] for name in looks}
            for _ in range(TIMES):
                for name, look in looks.items():
                    rest()
                    found[name].append(looked(simulator, look))
    print("| | seconds | calls |\n|---|---|---|")
    medians = {}
    for name, all_of_it in found.items():
        medians[name] = statistics.median(seconds for seconds, _ in all_of_it)
        print(f"| {name} | {medians[name]:.1f} | {statistics.median(calls for _, calls in all_of_it):.0f} |")
    print(f"\nTerraform takes {medians['terraform plan'] / medians['headset plan']:.1f} times as long.")


if __name__ == "__main__":
    main()
