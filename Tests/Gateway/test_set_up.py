"""A set-up that fails leaves nothing behind."""

import pytest

from conftest import Front
from host import Daemon


def test_a_daemon_whose_keys_cannot_be_made_is_stopped():
    class Broken(Daemon):
        def create(self, *arguments):
            daemons.append(self)
            raise RuntimeError

    daemons = []
    with pytest.raises(RuntimeError):
        Broken()
    assert daemons[0].process.poll() is not None
    assert not daemons[0].folder.exists()


def test_a_gateway_and_a_proxy_that_do_not_start_are_gone(daemon, service, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(AssertionError, match="nonsense"):
        Front("nginx", daemon, service, lambda text: "nonsense;\n")
    with pytest.raises(AssertionError, match="unknown member 'limits'"):
        Front("nginx", daemon, service, site=lambda text: text + "limits: {}\n")
