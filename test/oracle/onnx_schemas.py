"""Writes test/onnx/schemas.json: the attributes of every ONNX operator at opset 20, as the package `onnx` defines them.

    python test/oracle/onnx_schemas.py
"""
import json
from pathlib import Path

from onnx import defs

OPSET = 20
OUT = Path(__file__).parent.parent / "onnx" / "schemas.json"


def attributes(schema):
    return {
        name: {"type": attribute.type.name, **({"required": True} if attribute.required else {})}
        for name, attribute in sorted(schema.attributes.items())
    }


names = sorted({schema.name for schema in defs.get_all_schemas_with_history() if schema.domain == ""})
lines = []
for name in names:
    try:
        schema = defs.get_schema(name, OPSET, "")
    except defs.SchemaError:
        continue  # newer than the opset
    lines.append(f"{json.dumps(name)}: {json.dumps(attributes(schema))}")
OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
print(f"{len(lines)} operators in {OUT}")
