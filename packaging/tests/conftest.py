"""One machine per run, with the package installed; a fresh state for each test."""

import os
import pathlib
import re
import signal

import pytest

import debian_root
from host import Host
from journal import Journal
from machine import Machine


def pytest_configure():
    # SIGTERM acts like Ctrl-C: fixtures power their machines off.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def package():
    """The package under test."""
    return pathlib.Path(os.environ["KEYWARD_DEB"])


@pytest.fixture(scope="session")
def previous_package():
    """The same programs with a lower version."""
    return pathlib.Path(os.environ["KEYWARD_PREVIOUS_DEB"])


@pytest.fixture(scope="session")
def root():
    return debian_root.cached()


@pytest.fixture
def bare_host(root, request):
    """A separate machine, without the package."""
    machine = Machine(root)
    try:
        request.node.journal = Journal(machine)
        yield Host(machine)
    finally:
        machine.power_off()


@pytest.fixture(scope="session")
def installed_host(root, package):
    machine = Machine(root)
    try:
        host = Host(machine)
        host.install(package)
        host.add_accounts()
        host.save()
        yield host
    finally:
        machine.power_off()


@pytest.fixture
def host(installed_host, request):
    """The installed package, its service running, without keys."""
    request.node.journal = Journal(installed_host.machine)
    installed_host.reset()
    request.node.journal.mark()
    return installed_host


@pytest.fixture
def journal(host, request):
    """The journal since the start of the test."""
    return request.node.journal


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call():
    """The timeout of a test that waits in vain."""
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(180)
    yield
    signal.alarm(0)


def _out_of_time(*_):
    raise AssertionError("the test has taken three minutes")


_KEY = re.compile(r"\b[a-z][a-z0-9]{1,11}_[0-9A-Za-z]{8}_[0-9A-Za-z]{36}\b")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        # No report shows a key, even if a test fails to hide it.
        report.longrepr = _KEY.sub("<secret>", str(report.longrepr))
        if call.when != "teardown" and hasattr(item, "journal"):
            report.sections.append(("journal", _KEY.sub("<secret>", item.journal.tail())))
