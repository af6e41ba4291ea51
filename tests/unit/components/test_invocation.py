import uuid

from sotalia.components.invocation import invocation_id


def test_ids_are_random_uuids_of_version_4():
    made = {invocation_id() for _ in range(2000)}
    assert len(made) == 2000
    for text in made:
        known = uuid.UUID(text)
        assert str(known) == text
        assert known.version == 4
        assert known.variant == uuid.RFC_4122
    assert {text[19] for text in made} == set("89ab")
