"""Which entries may leave their host."""

import pytest
from sotalia.components.cache import EntryIdentity
from sotalia.components.host_scope import may_leave_host
from sotalia.components.hostid import host_attributes
from sotalia.providers.assume_role_fetcher import AssumeRoleCredentialFetcher
from sotalia.providers.credentials import Credentials


def role(source):
    return AssumeRoleCredentialFetcher(None, source, "arn:aws:iam::123456789012:role/a").cache_identity()


def with_identity(identity):
    credentials = Credentials("AKIA", "s", "t", method="x")
    credentials.cache_identity = identity
    return credentials


@pytest.mark.parametrize("kind", ["assume-role", "assume-role-with-web-identity"])
def test_roles_may(kind):
    assert may_leave_host(EntryIdentity.of(kind, role="a"))
    assert not may_leave_host(EntryIdentity.of(kind, role="a", **host_attributes()))


@pytest.mark.parametrize("kind", ["iam-role", "container-role", "custom-process", "login"])
def test_what_is_of_the_host_may_not_whatever_is_asked_for(kind):
    assert not may_leave_host(EntryIdentity.of(kind), {kind})


def test_a_role_goes_where_its_source_may_go():
    assert may_leave_host(role(Credentials("AKIA", "s", None, method="env")))
    web = EntryIdentity.of("assume-role-with-web-identity", role_arn="a")
    assert may_leave_host(role(with_identity(web)))
    instance = role(with_identity(EntryIdentity.of("iam-role", **host_attributes())))
    assert not may_leave_host(instance)
    assert not may_leave_host(role(with_identity(EntryIdentity.of("sso", role_name="a"))))
    assert not may_leave_host(role(with_identity(instance)))
