"""Endpoint discovery over real connections: a service on loopback that says where its cells are, and moves."""

import json
import os
import threading

import canary
import pytest
from servers import serve
from sotalia import Session
from sotalia.session_core import discovery
from sotalia.session_core.discovery import EndpointDiscovery


class Timestream:
    """A service whose cells are other ports; ``moved`` are those that it has left."""

    def __init__(self):
        self.cells = []
        self.moved = set()
        self.described = 0
        self.lock = threading.Lock()

    def front(self, connection, request):
        with self.lock:
            self.described += 1
            address = next(url for url in self.cells if url not in self.moved)
        endpoint = {"Address": address, "CachePeriodInMinutes": 10}
        assert request.headers["x-amz-api-version"] == "2018-11-01"
        answer(connection, 200, {"Endpoints": [endpoint]})

    def cell(self, number):
        def handle(connection, request):
            assert "/us-east-1/timestream/aws4_request" in request.headers["authorization"]
            if self.cells[number] in self.moved:
                answer(connection, 400, {"__type": "InvalidEndpointException"})
            else:
                answer(connection, 200, {"Databases": [{"DatabaseName": f"of cell {number}"}]})

        return handle


def answer(connection, status, body):
    connection.reply(json.dumps(body).encode(), f"{status} x", "content-type: application/x-amz-json-1.0")


@pytest.fixture
def world(monkeypatch):
    service = Timestream()
    with serve(service.front) as front, serve(service.cell(0)) as first, serve(service.cell(1)) as second:
        service.cells = [first.url, second.url]
        service.servers = [first, second]
        monkeypatch.setenv("AWS_ENDPOINT_URL_TIMESTREAM_WRITE", front.url)
        yield service


def database(client):
    return client.list_databases()["Databases"][0]["DatabaseName"]


def test_threads_find_the_cell_once_and_follow_it_when_it_moves(world):
    client = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="us-east-1").client("timestream-write")
    found = []
    threads = [threading.Thread(target=lambda: found.append(database(client))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == ["of cell 0"] * 8
    assert world.described == 1
    assert {request.headers["host"] for request in world.servers[0].requests} == {
        world.cells[0].removeprefix("http://")
    }
    world.moved.add(world.cells[0])
    assert [database(client) for _ in range(3)] == ["of cell 1"] * 3
    assert world.described == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_does_not_wait_for_a_discovery_of_its_parent(world):
    client = Session("AKIDFORKED", canary.SECRET_KEY, region_name="us-east-1").client("timestream-write")
    assert database(client) == "of cell 0"
    cells = client._blueprint.discovery()
    (key,) = cells._known
    cells._known.clear()
    flight, leads = cells._flights.join(key)  # as a thread of the parent that is not in the child
    assert leads
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if database(client) == "of cell 0" else 1)
        except BaseException:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    cells._flights.land(key, flight)


def test_threads_that_ask_at_once_have_one_set_of_cells(monkeypatch):
    both = threading.Barrier(2)

    class Slow(EndpointDiscovery):
        def __init__(self, *args):
            super().__init__(*args)
            both.wait(20)  # until the other thread has made one too

    monkeypatch.setattr(discovery, "EndpointDiscovery", Slow)
    session = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="eu-north-1")
    blueprint = session.client("timestream-query")._blueprint
    found = []
    threads = [threading.Thread(target=lambda: found.append(blueprint.discovery())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 2
    assert found[0] is found[1]
