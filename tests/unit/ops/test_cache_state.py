"""What ``sotalia doctor`` says of the cache."""

from base64 import b64encode

from sotalia.components.cache_backends import open_cache
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_memory import MemoryCache
from sotalia.ops.cache_state import state_of


def test_a_folder_with_its_file_system_and_keys(tmp_path):
    key = b64encode(bytes(32)).decode()
    lines = list(state_of(FileCache(tmp_path / "cache", environ={"SOTALIA_CACHE_KEY": key})))
    assert lines[0] == "backend: file"
    assert lines[1].startswith(f"folder: {tmp_path / 'cache'} (")
    assert lines[2].startswith("keys: SOTALIA_CACHE_KEY: ")
    assert key not in "".join(lines)


def test_a_wrong_key_is_told_without_it(tmp_path):
    lines = list(state_of(FileCache(tmp_path / "cache", environ={"SOTALIA_CACHE_KEY": "not-a-key"})))
    assert "SOTALIA_CACHE_KEY: key 1" in lines[2]
    assert "not-a-key" not in "".join(lines)


def test_redis_that_does_not_answer(tmp_path):
    environ = {"SOTALIA_CACHE_KEY": b64encode(bytes(32)).decode()}
    cache = open_cache("redis", f"redis://127.0.0.1:1/0?folder={tmp_path}/cache", environ=environ, log=lambda *_: None)
    assert "does not answer" in list(state_of(cache))[1]


def test_memory_has_no_folder():
    assert list(state_of(MemoryCache())) == ["backend: memory"]
