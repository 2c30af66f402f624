"""Validates YAML files against the JSON Schema on standard input; prints one JSON object, file to first mistake or null.

YAML is read as 1.2, and patterns are matched with Unicode classes, as the editors' validators do.
"""

import json
import sys

import jsonschema
import regex
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


def pattern(validator, wanted, instance, schema):
    if validator.is_type(instance, "string") and not regex.search(wanted, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {wanted!r}")


def main():
    schema = json.load(sys.stdin)
    base = jsonschema.Draft202012Validator
    # Without formats: Python's own idea of a regular expression has no Unicode classes.
    base.check_schema(schema, format_checker=jsonschema.FormatChecker(formats=[]))
    validator = jsonschema.validators.extend(base, {"pattern": pattern})(schema)
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
