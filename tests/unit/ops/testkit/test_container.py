import json

from sotalia.ops.testkit import FakeContainerEndpoint


def asked(fake, path="/credentials", **headers):
    answer = fake.handle("GET", path, headers, b"")
    return json.loads(answer.body).get("AccessKeyId") if answer.status == 200 else answer.status


def test_a_task_of_ecs():
    fake = FakeContainerEndpoint()
    assert fake.environ() == {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{fake.url}/credentials"}
    assert fake.environ(relative=True) == {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/credentials"}
    assert asked(fake) == asked(fake, "/credentials?id=1") == "ASIAFAKE00000001"
    assert asked(fake, "/credentials/2") == 404
    assert "RoleArn" in json.loads(fake.handle("GET", "/credentials", {}, b"").body)
    fake.stop()


def test_a_pod_of_eks_whose_token_rotates(tmp_path):
    file = tmp_path / "token"
    file.write_text("one\n")
    fake = FakeContainerEndpoint(token_file=file)
    assert fake.environ()["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] == str(file)
    assert asked(fake, authorization="one") == "ASIAFAKE00000001"
    file.write_text("two\n")
    assert asked(fake, authorization="one") == 401
    assert asked(fake, authorization="two") == "ASIAFAKE00000001"
    assert fake.stats()["unauthorized"] == 1
    assert fake.last_authorization == "two"
    fake.stop()


def test_a_token_in_the_environment():
    fake = FakeContainerEndpoint(token="t")
    assert fake.environ()["AWS_CONTAINER_AUTHORIZATION_TOKEN"] == "t"
    assert (asked(fake), asked(fake, authorization="t")) == (401, "ASIAFAKE00000001")
    fake.stop()


def test_sets_rotate_by_the_clock_and_by_order():
    now = [1000.0]
    fake = FakeContainerEndpoint(lifetime=400, clock=lambda: now[0])
    seen = [asked(fake)]
    now[0] += 99
    seen.append(asked(fake))
    now[0] += 1
    seen.append(asked(fake))
    fake.rotate()
    seen.append(asked(fake))
    assert [int(key[-2:]) for key in seen] == [1, 1, 2, 3]
    assert fake.stats()["sets"] == 3
    fake.stop()
