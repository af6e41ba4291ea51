"""What a program does with a private service; the same code runs with sotalia and with boto3, in a process of its own.

``python private_scenario.py sotalia|boto3 SERVICE=URL...`` prints what it saw of each service, as JSON.
"""

import importlib
import json
import pickle
import sys
from datetime import UTC, datetime
from typing import Any

SINCE = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
REGIONS = ("eu-west-1", "cn-north-1", "shore-north-1")


class Extra:
    """A base class that a handler gives to clients."""

    def shout(self) -> str:
        """Say which service this is, loudly."""
        return str(self.meta.service_model.service_name).upper()  # type: ignore[attr-defined]


def whisper(self: Any) -> str:
    """Say which service this is, quietly."""
    return str(self.meta.service_model.service_name)


class Stop(Exception):
    """Ends a call before anything is sent."""


def main(sdk: str, *services: str) -> None:
    boto3 = importlib.import_module(sdk)
    seen = {name: _facts(boto3, sdk, name, url) for name, _, url in (service.partition("=") for service in services)}
    print(json.dumps(seen, default=_plain, sort_keys=True))


def _facts(boto3: Any, sdk: str, service: str, url: str) -> dict[str, Any]:
    session = boto3.Session("AKIDEXAMPLE", "k" * 40, region_name="eu-west-1")
    config = {"retries": {"total_max_attempts": 1}}
    client = session.client(service, endpoint_url=url, config=_config(boto3, sdk, config))
    return {
        "methods": sorted(client.meta.method_to_api_mapping),
        "named": [client.meta.service_model.service_name, str(client.meta.service_model.service_id)],
        "listed": service in session.get_available_services(),
        "calls": _calls(client, service),
        "errors": _errors(client),
        "pages": _pages(client),
        "waiters": _waiters(client),
        "refused": _refused(client),
        "events": _events(client),
        "urls": _urls(boto3, sdk, session, service),
        "enlarged": _enlarged(boto3, service),
    }


def _config(boto3: Any, sdk: str, options: dict[str, Any]) -> Any:
    module = importlib.import_module("botocore.config" if sdk == "boto3" else "sotalia.config")
    return module.Config(**{"inject_host_prefix": False, **options})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.hex() if isinstance(value, bytes) else str(value)


def _clean(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _calls(client: Any, service: str) -> list[Any]:
    whole = {
        "Size": 7,
        "Range": 2.5,
        "Since": SINCE,
        "Picture": b"\x00\xffpicture",
        "Labels": ["old", "red & white"],
        **({} if service == "harbor" else {"Tags": {"shore": "north", "kind": "tower"}}),
        **({"Keeper": "Ann & Co"} if service == "buoys" else {}),
    }
    answers = [client.put_light(Name="north", Token="t-1", **whole)]
    answers += [client.put_light(Name=name, Token="t-2", Size=0) for name in ("east", "south", "west", "ebb")]
    answers += [client.get_light(Name="north"), client.get_light(Name="north"), client.remove_light(Name="ebb")]
    answers.append(client.list_lights(Most=1))
    return [*map(_clean, answers), answers[0]["ResponseMetadata"]["HTTPStatusCode"]]


def _errors(client: Any) -> dict[str, Any]:
    error: Any = None
    try:
        client.get_light(Name="nowhere")
    except client.exceptions.NoSuchLight as caught:
        error = caught
    if "botocore" not in type(error).__module__:  # there a modelled error does not come back from a pickle
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is client.exceptions.NoSuchLight
        assert (str(again), again.response) == (str(error), error.response)
    return {
        "class": type(error).__name__,
        "text": str(error),
        "error": {name: error.response["Error"].get(name) for name in ("Code", "Message")},
        "name": error.response.get("Name"),
        "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
    }


def _pages(client: Any) -> dict[str, Any]:
    assert client.can_paginate("list_lights")
    assert not client.can_paginate("get_light")
    pages, again = (client.get_paginator("list_lights").paginate(PaginationConfig={"PageSize": 2}) for _ in "12")
    some = client.get_paginator("list_lights").paginate(PaginationConfig={"MaxItems": 3, "PageSize": 2})
    return {
        "sizes": [len(page["Lights"]) for page in pages],
        "names": list(again.search("Lights[].Name")),
        "some": some.build_full_result(),
    }


def _waiters(client: Any) -> list[Any]:
    client.put_light(Name="late", Token="t-3")
    client.get_waiter("light_lit").wait(Name="late", WaiterConfig={"Delay": 0})
    client.get_waiter("light_gone").wait(Name="gone", WaiterConfig={"Delay": 0})
    try:
        client.get_waiter("light_lit").wait(Name="never", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    except Exception as error:
        return [client.waiter_names, type(error).__name__, str(error)]
    return []


def _refused(client: Any) -> list[str]:
    found = []
    for params in (
        {},
        {"Name": "x", "Size": "1", "Token": ""},
        {"Name": "x", "Sise": 1},
        {"Name": "", "Labels": "text"},
    ):
        try:
            client.put_light(**params)
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


def _events(client: Any) -> list[str]:
    seen: list[str] = []

    def note(event_name: str, **kwargs: Any) -> None:
        seen.append(event_name)

    client.meta.events.register("*", note, unique_id="note")
    client.get_light(Name="north")
    client.meta.events.unregister("*", note, unique_id="note")
    return seen


def _urls(boto3: Any, sdk: str, session: Any, service: str) -> list[str]:
    found = []
    options: list[dict[str, Any]] = [{}, {"use_fips_endpoint": True}]
    if service == "charts":
        options += [{"client_context_params": {"harbor": "hull"}}, {"inject_host_prefix": True}]
    for region in REGIONS:
        for option in options:
            client = session.client(service, region, config=_config(boto3, sdk, option))
            client.meta.events.register("before-send", _stop)
            for name in ("north", "south"):
                try:
                    client.put_light(Name=name, Token="t")
                except Stop as stop:
                    found.append(f"{region} {option} {stop.args[0]}")
                except Exception as error:
                    found.append(f"{region} {option} {type(error).__name__}: {error}")
    return found


def _stop(request: Any, **kwargs: Any) -> None:
    scope = request.headers["Authorization"]
    texts = [
        value.decode() if isinstance(value, bytes) else value for value in (scope, request.headers.get("x-harbor"))
    ]
    raise Stop(f"{request.url} {texts[0].split('/')[2:4]} {texts[1]}")


def _enlarged(boto3: Any, service: str) -> list[Any]:
    def enlarge(class_attributes: dict[str, Any], base_classes: list[type], **kwargs: Any) -> None:
        class_attributes["whisper"] = whisper
        base_classes.insert(0, Extra)

    session = boto3.Session("AKIDEXAMPLE", "k" * 40, region_name="eu-west-1")
    probe = session.client(service)
    service_id = probe.meta.service_model.service_id.hyphenize()
    session.events.register(f"creating-client-class.{service_id}", enlarge)
    client = session.client(service)
    return [service_id, client.shout(), client.whisper(), hasattr(probe, "shout"), isinstance(client, Extra)]


if __name__ == "__main__":
    main(*sys.argv[1:])
