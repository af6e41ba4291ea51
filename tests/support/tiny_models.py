"""A small data folder in botocore's layout, for tests of the compiler, the store and the loader."""

import gzip
import json
from pathlib import Path
from typing import Any

BANK = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "bank",
        "protocol": "json",
        "jsonVersion": "1.0",
        "targetPrefix": "TinyBank",
        "serviceId": "Tiny Bank",
        "signingName": "tinybank",
    },
    "documentation": "<p>A bank.</p>",
    "operations": {
        "Pay": {
            "name": "Pay",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "PayRequest"},
            "output": {"shape": "PayResult", "documentation": "<p>Paid.</p>"},
            "errors": [{"shape": "NoFunds"}, {"shape": "ResourceNotFoundException"}, {"shape": "ThrottlingException"}],
            "documentation": "<p>Pays — at once.</p>",
        },
        "Audit": {"name": "Audit", "http": {"method": "GET", "requestUri": "/audit/{Id}"}},
    },
    "shapes": {
        "PayRequest": {
            "type": "structure",
            "required": ["documentation"],
            "members": {
                "documentation": {"shape": "String", "documentation": "<p>A member of this name.</p>"},
                "Amount": {"shape": "Amount", "locationName": "amount"},
            },
        },
        "PayResult": {"type": "structure", "members": {"When": {"shape": "Stamp"}}},
        "NoFunds": {
            "type": "structure",
            "members": {"message": {"shape": "String"}},
            "exception": True,
            "error": {"code": "InsufficientFunds", "httpStatusCode": 402},
        },
        "ResourceNotFoundException": {"type": "structure", "members": {}, "exception": True},
        "ThrottlingException": {"type": "structure", "members": {}},
        "String": {"type": "string", "pattern": '[\\u0000-\\u001f"\\\\\n€𝄞]+'},
        "Lone": {"type": "string", "enum": ["\ud800"]},
        "Amount": {"type": "integer", "min": -(2**70), "max": 2**70},
        "Stamp": {"type": "timestamp", "documentation": "<p>A time.</p>"},
        "Odd.Name-1": {"type": "list", "member": {"shape": "String"}},
    },
    "clientContextParams": {"Vault": {"type": "boolean", "documentation": "kept"}},
}

FILES: dict[str, Any] = {
    "bank/2020-01-01/service-2.json": BANK,
    "bank/2019-01-01/service-2.json.gz": {**BANK, "metadata": {**BANK["metadata"], "apiVersion": "2019-01-01"}},  # type: ignore[dict-item]
    "bank/2020-01-01/service-2.sdk-extras.json": {
        "version": 1.0,
        "merge": {"shapes": {"PayRequest": {"members": {"Extra": {"shape": "String"}}}, "Stamp": {"type": "string"}}},
    },
    "bank/2020-01-01/paginators-1.json": {"pagination": {"Audit": {"input_token": "Next"}}},
    "bank/2020-01-01/paginators-1.sdk-extras.json": {"merge": {"pagination": {"Audit": {"non_aggregate_keys": ["A"]}}}},
    "bank/2020-01-01/endpoint-rule-set-1.json.gz": {
        "version": "1.0",
        "parameters": {"Region": {"type": "String", "documentation": "left out"}},
        "rules": [],
    },
    "bank/2020-01-01/resources-1.json": {"service": {"has": {}}},
    "shop/2021-05-05/service-2.json": {
        "metadata": {"serviceId": "Shop", "endpointPrefix": "shop", "protocol": "query"},
        "operations": {},
    },
    "bank-notes/2021-05-05/waiters-2.json": {"waiters": {}},
    "rules-only/2000-01-01/endpoint-rule-set-1.json": {"version": "1.0", "parameters": {}, "rules": []},
    "partitions.json": {"partitions": [{"id": "tiny"}]},
    "_retry.json": {"definitions": {}},
}


def write_files(root: Path, files: dict[str, Any]) -> Path:
    """Write files by relative path; a value that is bytes is written as it is."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") and not isinstance(content, bytes) else data)
    return root


def data_folder(root: Path) -> Path:
    """Write the whole tiny data folder."""
    return write_files(root, FILES)
