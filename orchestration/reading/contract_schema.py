"""A JSON Schema of contracts, for editors: made of the models, and of the templates' field names.

It knows what a contract may say, source by source; what the registry declares, and what rules
allow together, `uptake contracts check` knows.
"""

from __future__ import annotations

from typing import Any

from orchestration.reading.contracts import Contract
from orchestration.reading.templates import Template, templates

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def contract_schema() -> dict[str, Any]:
    """The schema, as plain data."""
    schema = Contract.model_json_schema(by_alias=True)
    schema["properties"]["source"]["enum"] = list(templates())
    # made while a contract is loaded, and nothing that one may say
    schema["$defs"]["Reads"]["properties"].pop("codes")
    schema["$defs"].pop("Codes")
    schema["allOf"] = [
        {
            "if": {"properties": {"source": {"const": source}}, "required": ["source"]},
            "then": {"properties": {"fields": _fields(template)}},
        }
        for source, template in templates().items()
    ]
    return {"$schema": DIALECT, **schema}


def _fields(template: Template) -> dict[str, Any]:
    rule = {"$ref": "#/$defs/FieldRule"}
    return {
        "properties": {
            name: {**rule, "description": field.description}
            for name, field in template.fields.items()
        },
        "required": [name for name, field in template.fields.items() if field.must_be_fed],
        "additionalProperties": False,
    }
