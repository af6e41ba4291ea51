"""Processes that look for a metadata service where nobody takes a connection; imports nothing of this package's tests.

``python black_hole.py <sdk> <port> <processes>``: starts them one after the
other, as cron does, and prints a JSON line per process: how long it took, with
how much CPU, and how often it tried to connect to the port.
"""

import json
import os
import socket
import sys
import time

TRIED = []
_connect = socket.socket.connect


def counting(self, address):
    """Note a try, and make it."""
    TRIED.append(address[1])
    return _connect(self, address)


def session_of(sdk):
    """Make a session; the import is no part of what is measured."""
    if sdk == "boto3":
        import boto3

        return boto3.Session()
    import sotalia

    return sotalia.Session()


def main(sdk, port, processes):
    """Fork the processes, one after the other."""
    socket.socket.connect = counting
    for _ in range(processes):
        pid = os.fork()
        if pid == 0:
            session = session_of(sdk)
            began, cpu = time.monotonic(), time.process_time()
            found = session.get_credentials()
            took, cpu = time.monotonic() - began, time.process_time() - cpu
            told = {"took": took, "cpu": cpu, "tried": TRIED.count(port), "found": found is not None}
            print(json.dumps(told), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)


def full(listener):
    """Fill the queue of a listening socket, so that nobody gets a connection any more; return what fills it."""
    filling = []
    for _ in range(8):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
        filling.append(one)
    return filling


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
