"""Ask a library, ``boto3`` or ``sotalia``, what defaults modes make of clients: JSON questions in, JSON facts out."""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def facts(library: Any, config: Any, question: dict[str, Any]) -> dict[str, Any]:
    """Return what a client has that is made as the question says."""
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "x"}
    session = library.Session(**keys, region_name=question["region"])
    client = session.client(question["service"], config=config(**question["options"]))
    found = client.meta.config
    return {
        "url": client.meta.endpoint_url,
        "connect": found.connect_timeout,
        "read": found.read_timeout,
        "mode": found.retries["mode"],
        "s3": (found.s3 or {}).get("us_east_1_regional_endpoint"),
    }


def main() -> None:
    library = importlib.import_module(sys.argv[1])
    config = importlib.import_module("botocore.config" if sys.argv[1] == "boto3" else "sotalia.config").Config
    usual = dict(os.environ)
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for question in json.load(sys.stdin):
            path = Path(folder, "config")
            path.write_text("[default]\n" + "".join(f"{key} = {text}\n" for key, text in question["file"].items()))
            os.environ.clear()
            os.environ.update({**usual, **question["environ"], "AWS_CONFIG_FILE": str(path)})
            answers.append(facts(library, config, question))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
