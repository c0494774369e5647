#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""validate.py SCHEMA <DOCUMENT - hold a JSON document against a JSON Schema.

Exit status 0: it fits; 1: it does not, and each place is named; 77: python3-jsonschema is missing.
A key that occurs twice in an object, and anything behind the document, are errors too.
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed", file=sys.stderr)
    sys.exit(77)


def unique_keys(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice among: " + ", ".join(key for key, _ in pairs))
    return found


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    try:
        document = json.loads(sys.stdin.buffer.read().decode("utf-8"),
                              object_pairs_hook=unique_keys)
    except ValueError as error:
        print("not JSON: %s" % error, file=sys.stderr)
        return 1
    errors = list(jsonschema.Draft7Validator(schema).iter_errors(document))
    for error in errors[:20]:
        print("%s: %s" % (error.json_path, error.message[:300]), file=sys.stderr)
    return 1 if errors else 0


sys.exit(main())
