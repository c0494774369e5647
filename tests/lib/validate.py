#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""validate.py SCHEMAS DIRECTORY - validates JSON documents by JSON Schemas

Each line of DIRECTORY/list has the name of a document in DIRECTORY, the name of its schema, and
other words. SCHEMAS has the schemas, NAME.schema.json. Writes the errors of each document into
DOCUMENT.errors, which is empty if there are none. A key that occurs twice in an object is an error,
and so is anything after the document. Exit status 0: all were validated; 77: python3-jsonschema is
not installed.
"""
import functools
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed", file=sys.stderr)
    sys.exit(77)


def unique_items(validator, wanted, items, _):
    """jsonschema's own function compares each element with each, which can take minutes."""
    if wanted and validator.is_type(items, "array"):
        if len({json.dumps(item, sort_keys=True) for item in items}) != len(items):
            yield jsonschema.ValidationError("%r has non-unique elements" % (items,))


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"uniqueItems": unique_items})


@functools.lru_cache(maxsize=None)
def validator_of(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    return Validator(schema)


def unique_keys(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice among: " + ", ".join(key for key, _ in pairs))
    return found


def errors_of(path, validator):
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read().decode("utf-8"), object_pairs_hook=unique_keys)
    except (OSError, ValueError) as error:
        return ["not JSON: %s" % error]
    return ["%s: %s" % (error.json_path, error.message[:300])
            for error in validator.iter_errors(document)]


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    schemas, directory = sys.argv[1:]
    with open(os.path.join(directory, "list"), encoding="utf-8") as file:
        documents = [line.split()[:2] for line in file]
    for name, schema in documents:
        validator = validator_of(os.path.join(schemas, schema + ".schema.json"))
        path = os.path.join(directory, name)
        errors = errors_of(path, validator)
        with open(path + ".errors", "w", encoding="utf-8") as file:
            file.writelines(error + "\n" for error in errors[:20])
    return 0


sys.exit(main())
