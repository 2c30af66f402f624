"""Validates YAML files against the JSON Schema on standard input; prints one JSON object, file to first mistake or null.

YAML is read as 1.2, as the editors' validators do. The schema is used as it is: patterns are matched by Python's own `re`,
and every one of them is compiled, be it used by these files or not.
"""

import json
import re
import sys

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


def patterns(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


def main():
    schema = json.load(sys.stdin)
    for pattern in patterns(schema):
        re.compile(pattern)
    base = jsonschema.Draft202012Validator
    base.check_schema(schema)
    validator = base(schema, format_checker=base.FORMAT_CHECKER)
    answers = {}
    for path in sys.argv[1:]:
        yaml = YAML(typ="safe", pure=True)
        yaml.version = (1, 2)
        try:
            with open(path, encoding="utf-8-sig") as file:
                document = yaml.load(file)
        except (YAMLError, ValueError, RecursionError) as error:
            answers[path] = f"not YAML: {error}"
            continue
        worst = jsonschema.exceptions.best_match(validator.iter_errors(document))
        answers[path] = None if worst is None else f"{worst.json_path}: {worst.message}"[:300]
    json.dump(answers, sys.stdout)


main()
