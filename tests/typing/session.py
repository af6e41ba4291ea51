"""The types of sessions and of the functions at the root, as a user's checker sees them."""

from collections.abc import Mapping
from typing import Any, assert_type

import sotalia
from sotalia import Config, Session
from sotalia.components.events import EventEmitter
from sotalia.session import Session as SameSession


def root() -> None:
    version: str = sotalia.__version__
    assert version
    assert_type(sotalia.client("s3"), Any)
    assert_type(sotalia.client("s3", region_name="eu-central-1", config=Config()), Any)
    sotalia.setup_default_session(region_name="eu-central-1")


def sessions(session: Session) -> None:
    same: SameSession = session
    assert_type(Session(region_name="eu-central-1", profile_name="x"), Session)
    assert_type(same.client("s3"), Any)
    assert_type(same.create_client("s3", endpoint_url="http://127.0.0.1:1"), Any)
    assert_type(same.client("s3", verify=False), Any)
    assert_type(same.client("s3", verify="/ca.pem"), Any)
    assert_type(same.events, EventEmitter)
    assert_type(same.region_name, str | None)
    assert_type(same.profile_name, str)
    assert_type(same.available_profiles, list[str])
    assert_type(same.get_component("credential_provider"), Any)
    assert_type(same.get_available_services(), list[str])
    assert_type(same.get_available_partitions(), list[str])
    assert_type(same.get_available_regions("s3", partition_name="aws-cn"), list[str])
    assert_type(same.get_partition_for_region("eu-central-1"), str)
    assert_type(same.get_scoped_config(), Mapping[str, Any])
    assert_type(same.get_default_client_config(), Config | None)
    same.set_default_client_config(Config(region_name="eu-central-1"))
    same.register_component("clock", object())
    same.lazy_register_component("clock", object)


def mistakes(session: Session) -> None:
    session.client(region_name="eu-central-1")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    session.client("s3", regoin_name="x")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    session.client("s3", config={})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    session.lazy_register_component("clock", 1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    Session(profil_name="x")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
