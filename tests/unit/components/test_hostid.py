import os

from sotalia.components.hostid import boot_id, container_hint, host_attributes


def test_the_boot_id_is_the_kernels_or_the_name_of_the_host(tmp_path):
    file = tmp_path / "boot_id"
    file.write_text("0b1c-2d\n")
    assert boot_id(str(file)) == "0b1c-2d"
    assert boot_id(str(tmp_path / "missing")) == f"host {os.uname().nodename}"


def test_the_attributes_of_a_host_are_text_and_hold_still():
    assert host_attributes() == host_attributes()
    assert set(host_attributes()) == {"boot", "container", "uid"}
    assert os.uname().nodename in container_hint()
