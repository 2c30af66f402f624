#!/usr/bin/env python3
"""Terraform's AWS provider against the simulator.

    drive.py --headset target/release/headset --plugins DIRECTORY [--terraform terraform] [TOPIC...]

Each folder in modules/ is a topic. All of them are modules of one root, since most of what a command of Terraform takes is
its provider's start. It is applied with `changed = false`, planned (no difference), applied with `changed = true`, planned
again, imported into an empty state (no difference), and destroyed, after which the simulator holds what it held before.
Every output `checks` holds conditions that must be true. `on_import.tf` overrides resources where an import cannot know an
argument. What is no such life is a topic with a simulator of its own; all run at the same time.
DIRECTORY has the layout of a mirror: the host that providers come from, then hashicorp/aws/VERSION/PLATFORM. No network
but loopback.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import before
import blueprint
from simulator import Simulator

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE / "modules"

# What cannot be imported, says the provider's documentation.
NOT_IMPORTED = {"aws_appautoscaling_scheduled_action", "aws_s3_object_copy"}


class Failed(Exception):
    """Something is not as it should be; the text says what."""


def import_id(kind, attributes):
    """What `terraform import` wants for a resource of this kind: its id, in most cases."""
    if kind == "aws_s3_object":
        return f"{attributes['bucket']}/{attributes['key']}"
    if kind == "aws_iam_role_policy_attachment":
        return f"{attributes['role']}/{attributes['policy_arn']}"
    target = [attributes.get(name, "") for name in ("service_namespace", "resource_id", "scalable_dimension")]
    if kind == "aws_appautoscaling_target":
        return "/".join(target)
    if kind == "aws_appautoscaling_policy":
        return "/".join([*target, attributes["name"]])
    return attributes["id"]


class Root:
    """A root module in a directory of its own."""

    def __init__(self, options, directory, simulator, files, variables=None):
        self.options = options
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.times = []
        for file in [HERE / "provider.tf", *files]:
            shutil.copy(file, self.directory)
        variables = {"endpoint": simulator.endpoint, **(variables or {})}
        (self.directory / "terraform.tfvars.json").write_text(json.dumps(variables))
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("TF_", "AWS_"))}
        self.environment |= {
            "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "HOME": str(self.directory)}
        self.run("init", "-input=false", f"-plugin-dir={options.plugins}")

    def run(self, *arguments, allowed=(0,)):
        started = time.monotonic()
        ran = subprocess.run([self.options.terraform, *arguments, "-no-color"], cwd=self.directory, text=True,
                             env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=900)
        self.times.append(f"{arguments[0]} {time.monotonic() - started:.0f}")
        if ran.returncode not in allowed:
            raise Failed(f"terraform {' '.join(arguments)} ends with {ran.returncode}\n{told(ran.stdout)}{ran.stderr}")
        return ran.stdout

    def apply(self, changed=False):
        self.run("apply", "-json", "-auto-approve", "-parallelism=40", f"-var=changed={str(changed).lower()}")
        wrong = [f"{topic}: {name}" for topic, checks in self.outputs().get("checks", {}).items()
                 for name, value in checks.items() if value is not True]
        if wrong:
            raise Failed(f"these checks do not hold: {', '.join(wrong)}")

    def plan(self, changed=False, imports=0, adds=0):
        """Re-reads everything. Nothing may be to do, but for that many imports (and what cannot be imported)."""
        out = self.run("plan", "-json", "-parallelism=40", f"-var=changed={str(changed).lower()}", "-out=saved")
        events = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        summary = [event["changes"] for event in events if event["type"] == "change_summary"][-1]
        counts = {name: summary[name] for name in ("add", "change", "import", "remove")}
        if counts != {"add": adds, "change": 0, "import": imports, "remove": 0}:
            raise Failed(f"the plan is not empty: {counts}\n{differences(json.loads(self.run('show', '-json', 'saved')))}")

    def destroy(self, changed=False):
        self.run("destroy", "-json", "-auto-approve", "-parallelism=40", f"-var=changed={str(changed).lower()}")

    def state(self):
        return json.loads((self.directory / "terraform.tfstate").read_text())

    def outputs(self):
        return {name: output["value"] for name, output in self.state()["outputs"].items()}

    def resources(self):
        """Address, kind and attributes of everything that this root made."""
        for resource in self.state()["resources"]:
            if resource["mode"] == "managed":
                for instance in resource["instances"]:
                    key = instance.get("index_key")
                    index = "" if key is None else f"[{json.dumps(key)}]"
                    address = f"{resource['module']}.{resource['type']}.{resource['name']}{index}"
                    yield address, resource["type"], instance["attributes"]


def differences(plan):
    """What a plan would do, attribute by attribute."""
    lines = []
    for resource in plan["resource_changes"]:
        change = resource["change"]
        if change["actions"] in (["no-op"], ["read"]):
            continue
        lines.append(f"{resource['address']}: {' and '.join(change['actions'])}")
        old, new = change["before"] or {}, change["after"] or {}
        lines += [f"  {name}: {json.dumps(old.get(name))} becomes {json.dumps(new.get(name))}"
                  for name in sorted(old.keys() | new.keys()) if old and old.get(name) != new.get(name)]
    return "\n".join(lines)


def told(log):
    """The errors in a JSON log, for people."""
    lines = []
    for line in log.splitlines():
        event = json.loads(line) if line.startswith("{") else {"@level": "error", "@message": line}
        if event["@level"] == "error":
            detail = event.get("diagnostic", {})
            lines.append(f"{event['@message']}\n  {detail.get('address', '')} {detail.get('detail', '')}\n")
    return "".join(lines)


def main_file(topics, variables):
    """The root of these topics, in Terraform's JSON."""
    providers = {name: name for name in ("aws", "aws.identity", "aws.desktops")}
    modules = {topic: {"source": f"./{topic}", "providers": providers, "changed": "${var.changed}"}
               | {name: literal(value) for name, value in variables[topic].items()} for topic in topics}
    return json.dumps({
        "module": modules,
        "output": {"checks": {"sensitive": True, "value": {topic: f"${{module.{topic}.checks}}" for topic in topics}}}})


def literal(text):
    """A text in which Terraform finds nothing to fill in."""
    return text.replace("${", "$${").replace("%{", "%%{")


def modules(options, directory, simulator, topics, variables, imports=None):
    """A root directory with these topics as its modules, and what it imports, if anything."""
    for topic in topics:
        folder = directory / topic
        shutil.copytree(MODULES / topic, folder)
        shutil.copy(HERE / "module.tf", folder)
        override = folder / "on_import.tf"
        if imports is None:
            override.unlink(missing_ok=True)
        elif override.exists():
            override.rename(folder / "on_import_override.tf")
    (directory / "main.tf.json").write_text(main_file(topics, variables))
    (directory / "imports.tf").write_text("\n".join(imports or []))
    return Root(options, directory, simulator, [])


def life(options, topics, directory):
    """Topics from their first apply to nothing left. Answers how long each command took."""
    with Simulator(options.headset) as simulator:
        variables = {topic: before.PREPARATIONS.get(topic, lambda _: {})(simulator) for topic in topics}
        fresh = simulator.holds()
        root = modules(options, directory / "made", simulator, topics, variables)
        try:
            root.apply()
            root.plan()
            root.apply(changed=True)
            root.plan(changed=True)
            imported = again(root, directory / "imported", simulator, topics, variables)
            root.destroy(changed=True)
        finally:
            unknown = simulator.unknown_calls()
            if unknown:
                print(f"the simulator does not have {', '.join(unknown)}", flush=True)
        left = simulator.leftovers(fresh)
        if left or unknown:
            raise Failed(f"left in the simulator: {left}; unknown to it: {unknown}")
        return root.times + imported.times


def again(root, directory, simulator, topics, variables):
    """The same topics with an empty state, into which everything is imported: there must be nothing to change."""
    blocks = [f"import {{\n  to = {address}\n  id = {json.dumps(import_id(kind, attributes))}\n}}\n"
              for address, kind, attributes in root.resources() if kind not in NOT_IMPORTED]
    imported = modules(root.options, directory, simulator, topics, variables, blocks)
    imported.plan(changed=True, imports=len(blocks), adds=len(list(root.resources())) - len(blocks))
    return imported


def made_by_headset(options, directory):
    """Headset applies an example; Terraform imports it by what the blueprint says, and has nothing to change."""
    with Simulator(options.headset) as simulator:
        headset = blueprint.Headset(options.headset, directory / "headset", simulator)
        file = blueprint.PROJECT / "blueprints/split-ccp.yaml"
        headset.run("apply", file, "--yes", "--wait", "10m")
        files = sorted((HERE / "made_by_headset").iterdir())
        root = Root(options, directory / "made_by_headset", simulator, files, blueprint.identifiers(simulator))
        text = "\n".join(file.read_text() for file in files)
        imports = text.count("\nimport {") + 2 + 1  # three users in one block, two pages in another
        root.plan(imports=imports)
        unknown = simulator.unknown_calls()
        if unknown:
            raise Failed(f"unknown to the simulator: {unknown}")
        # Terraform only looked: Headset finds everything as it left it.
        headset.run("plan", file, "--detailed-exitcode")
        return root.times


def made_by_terraform(options, directory):
    """Terraform makes what a blueprint asks for; Headset takes it over, changes it, and makes nothing anew."""
    source = HERE / "made_by_terraform"
    with Simulator(options.headset) as simulator:
        _, metadata = before.application(simulator, "tf-elsewhere")
        root = Root(options, directory / "made_by_terraform", simulator, [source / "main.tf"], {"metadata": metadata})
        root.apply()
        born = blueprint.lives(simulator)
        written_down(options, directory, simulator)
        file = source / "center.yaml"
        headset = blueprint.Headset(options.headset, directory / "adopter", simulator, IMAGE=root.outputs()["image"])
        headset.run("import", file, "--yes")
        (plan,) = json.loads(headset.run("plan", file, "--json"))["plans"]
        actions = {step["address"]: step["do"] for step in plan["steps"]}
        adopted = ["appstream.fleet/agents", "appstream.stack/agents", "connect.instance/main",
                   "connect.user/agent1@example.com", "iam.role/connect", "iam.saml_provider/idp", "s3.bucket/ccp"]
        anew = [address for address in adopted if actions.get(address, "keep") not in ("keep", "update")]
        if anew:
            raise Failed(f"Headset would not take over {anew}: {actions}")
        headset.run("apply", file, "--yes", "--wait", "10m", "--allow-disruption")
        headset.run("plan", file, "--detailed-exitcode")
        now = blueprint.lives(simulator)
        lost = {name: (born[name], now.get(name)) for name in born if born[name] != now.get(name)}
        if lost:
            raise Failed(f"not what Terraform made: {lost}")
        headset.run("destroy", "--name", "tf-born", "--yes")
        left = blueprint.lives(simulator)
        if "fleets tf-leads" not in left or any("tf-born" in name for name in left):
            raise Failed(f"what is only linked to stays, all else goes: {sorted(left)}")
        return root.times


def written_down(options, directory, simulator):
    """The blueprint that Headset writes of it says all of it: the next plan adds tags, and nothing else."""
    headset = blueprint.Headset(options.headset, directory / "writer", simulator)
    headset.run("import", "found.yaml", "--alias", "tf-born", "--stack", "tf-born-agents@eu-west-1",
                "--region", "eu-west-2", "--yes")
    (plan,) = json.loads(headset.run("plan", "found.yaml", "--json"))["plans"]
    changed = {step["address"]: (step["do"], {change["field"] for change in step["diff"]})
               for step in plan["steps"] if step["do"] not in ("keep", "read")}
    if not changed or any(change != ("update", {"tags"}) for change in changed.values()):
        text = (headset.directory / "found.yaml").read_text()
        raise Failed(f"a plan of what was written down does not add tags alone: {changed}\n{text}")


# Topics that are no life of a module.
OTHERS = {"made_by_headset": made_by_headset, "made_by_terraform": made_by_terraform}


def run(options, topics, directory):
    """Whether these topics hold, which share a root where they are several; says so, and how long it took."""
    started = time.monotonic()
    (other, *_), names = topics, ", ".join(topics)
    try:
        times = OTHERS[other](options, directory) if other in OTHERS else life(options, topics, directory)
    except Failed as failure:
        print(f"{names} FAILED after {time.monotonic() - started:.0f} s: {failure}", flush=True)
        return False
    except Exception:  # after any exception, the other topics go on
        print(f"{names} FAILED after {time.monotonic() - started:.0f} s: {traceback.format_exc()}", flush=True)
        return False
    print(f"{names} ok in {time.monotonic() - started:.0f} s ({', '.join(times)})", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headset", required=True, type=pathlib.Path)
    parser.add_argument("--plugins", required=True, type=pathlib.Path)
    parser.add_argument("--terraform", default="terraform")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this directory, and leave it there")
    parser.add_argument("topics", nargs="*")
    options = parser.parse_args()
    options.headset = options.headset.resolve()
    topics = options.topics or sorted(folder.name for folder in MODULES.iterdir()) + sorted(OTHERS)
    together = [topic for topic in topics if topic not in OTHERS]
    runs = [[topic] for topic in topics if topic in OTHERS] + ([together] if together else [])
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.keep or pathlib.Path(temporary)
        with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
            done = list(pool.map(lambda topics: run(options, topics, directory), runs))
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
