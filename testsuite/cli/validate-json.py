#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""validate-json SCHEMA: every line of standard input is a document of the schema.

Prints each kind with its number of documents. Status 77: there is no validator here.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)

path = pathlib.Path(sys.argv[1]).resolve()
schema = json.loads(path.read_text())
jsonschema.Draft202012Validator.check_schema(schema)
store = {}
for other in path.parent.glob("*.schema.json"):
    store[other.as_uri()] = json.loads(other.read_text())
resolver = jsonschema.RefResolver(path.as_uri(), schema, store)
validators = {}


def constant(value):
    raise ValueError(value + " is no JSON")


counts = {}
for number, line in enumerate(sys.stdin.buffer.read().decode("utf-8").splitlines(), 1):
    document = json.loads(line, parse_constant=constant)
    kind = document["kind"]
    if kind not in validators:
        # One kind's own schema gives better words than a list of all.
        if kind == "why":
            ref = {"$ref": "kmod-why.schema.json"}
        else:
            ref = {"$ref": "#/$defs/" + kind}
        validators[kind] = jsonschema.Draft202012Validator(ref, resolver=resolver)
    for error in validators[kind].iter_errors(document):
        print(f"line {number}, {kind}: {error.json_path}: {error.message}")
        sys.exit(1)
    counts[kind] = counts.get(kind, 0) + 1
for kind in sorted(counts):
    print(kind, counts[kind])
