#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""validate.py SCHEMAS DIRECTORY - hold JSON documents against JSON Schemas

DIRECTORY/list names them: a line is a document in DIRECTORY, the schema's name, and anything else.
SCHEMAS has the schemas, NAME.schema.json. What is wrong with a document, place by place, goes to
DOCUMENT.errors, an empty file where nothing is. A key that occurs twice in an object, and anything
behind the document, are errors too. Exit status 0: all were judged; 77: python3-jsonschema is
missing.
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
    """jsonschema's own compares each element with each, which takes minutes of a large document."""
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
