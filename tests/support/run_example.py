"""Run a program of ``examples/`` with one of the libraries: ``python run_example.py boto3 PROGRAM ARGUMENTS``.

With ``boto3`` the names that the program imports from ``sotalia`` are those of
boto3 and botocore; the program stays as it is.
"""

import runpy
import sys
from importlib import import_module

OF_BOTO3 = {
    "sotalia": "boto3",
    "sotalia.dynamodb": "boto3.dynamodb",
    "sotalia.dynamodb.conditions": "boto3.dynamodb.conditions",
    "sotalia.exceptions": "botocore.exceptions",
    "sotalia.s3": "boto3.s3",
    "sotalia.s3.transfer": "boto3.s3.transfer",
    "sotalia.waiter": "botocore.waiter",
}

if __name__ == "__main__":
    library, program = sys.argv[1:3]
    if library == "boto3":
        sys.modules.update({name: import_module(theirs) for name, theirs in OF_BOTO3.items()})
    else:
        assert import_module(library).__name__ == "sotalia"
    sys.argv = sys.argv[2:]
    runpy.run_path(program, run_name="__main__")
    assert library != "sotalia" or not {"boto3", "botocore"} & sys.modules.keys()
