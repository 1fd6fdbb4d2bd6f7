"""A daemon and a service once; a gateway and a proxy once for each program."""

import pytest

from client import Client
from host import Daemon, Gateway, Proxy
from service import Service

PROGRAMS = ["nginx", "caddy-debian", "caddy", "traefik", "envoy", "haproxy", "apache"]


@pytest.fixture(scope="session")
def daemon():
    daemon = Daemon()
    yield daemon
    daemon.close()


@pytest.fixture(scope="session")
def service():
    service = Service()
    yield service
    service.close()


class Front:
    """A proxy before the service, with its gateway."""

    def __init__(self, program, daemon, service, change=lambda text: text, site=lambda text: text):
        self.program, self.daemon = program, daemon
        self.kind = program.split("-")[0]
        self.gateway = Gateway(self.kind, daemon, site)
        try:
            self.proxy = Proxy(program, self.gateway, service.port, change)
        except BaseException:
            self.gateway.close()
            raise
        self.client = Client(self.proxy.port)

    def close(self):
        self.proxy.close()
        self.gateway.close()


@pytest.fixture(scope="session", params=PROGRAMS)
def front(request, daemon, service):
    front = Front(request.param, daemon, service)
    yield front
    front.close()


@pytest.fixture
def new_front(daemon, service):
    """Makes proxies with a changed configuration."""
    fronts = []

    def make(program, change):
        fronts.append(Front(program, daemon, service, change))
        return fronts[-1]

    yield make
    for front in fronts:
        front.close()
