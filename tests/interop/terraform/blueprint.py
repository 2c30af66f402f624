"""Headset and Terraform at the same simulated cloud: what the one made, the other finds as meant."""
import json
import os
import pathlib
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[3]


class Headset:
    """The program in a directory of its own, with the simulator as its AWS."""

    def __init__(self, program, directory, simulator, **more):
        self.program = program
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.directory), "AWS_ENDPOINT_URL": simulator.endpoint, "HEADSET_SIM_TOKEN": simulator.token,
            "AWS_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "simulated", **more}

    def run(self, *arguments, allowed=(0,)):
        ran = subprocess.run([self.program, *arguments], cwd=self.directory, env=self.environment, text=True,
                             stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if ran.returncode not in allowed:
            raise RuntimeError(f"headset {' '.join(map(str, arguments))} ends with {ran.returncode}\n"
                               f"{ran.stdout}{ran.stderr}")
        return ran.stdout


def identifiers(simulator):
    """What Terraform has to know of what Headset made from split-ccp.yaml: ids, and nothing else."""
    world = simulator.control("snapshot")["world"]
    (instance,) = world["connect"]["instances"].values()
    (application,) = world["sso_admin"]["applications"].values()
    (place,) = [place for place in world["appstream"]["places"].values() if place["fleets"]]
    (image,) = place["images"]
    (group,) = [principal for kind, principal in application["assignments"] if kind == "GROUP"]
    users = {it["name"]: it["id"] for it in instance["entities"].values() if it["kind"] == "User"}
    proof = {key: instance["tags"][key] for key in ("headset:id", "headset:expires")}
    return {
        "instance": instance["id"], "users": users, "application": application["arn"], "group": group,
        "metadata": simulator.read(f"/saml/metadata/{application['saml']['token']}"),
        "recipe": image, "proof": proof}


def lives(simulator):
    """What would differ if something had been made anew: unique ids, and when each thing was made."""
    world = simulator.control("snapshot")["world"]
    account = world["iam"]["accounts"]["123456789012"]
    found = {}
    for instance in world["connect"]["instances"].values():
        found[f"instance {instance['alias']}"] = instance["id"]
        for it in instance["entities"].values():
            if it["kind"] == "User":
                found[f"user {it['name']}"] = it["id"]
    for provider in account["providers"].values():
        found[f"provider {provider['name']}"] = provider["uuid"]
    for role in account["roles"].values():
        found[f"role {role['name']}"] = role["id"]
    for bucket in world["s3"]["buckets"].values():
        found[f"bucket {bucket['name']}"] = bucket["created"]
    for place in world["appstream"]["places"].values():
        for kind in ("fleets", "stacks"):
            found |= {f"{kind} {name}": it["created"] for name, it in place[kind].items()}
    return found
