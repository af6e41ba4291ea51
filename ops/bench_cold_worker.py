"""A process that starts, makes a client and ends: prints the CPU seconds of all of it, the interpreter's own included.

It is short, because Python compiles the file each time; and imports nothing
that an SDK would have to import.
"""

import sys

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40, "region_name": "us-east-1"}

if __name__ == "__main__":
    sdk, service = sys.argv[1], sys.argv[-1]
    if service != "none":
        __import__(sdk).Session(**KEYS).client(service)
    import time

    print(f'{{"cpu": {time.process_time()!r}}}')
