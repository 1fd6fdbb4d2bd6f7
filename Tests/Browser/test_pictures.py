"""The pictures of README.md and docs/web.md. KEYWARD_WRITE_DOCS=1 writes them; every run checks that they can be made."""

import io
import os
import pathlib

import pytest
from PIL import Image

from conftest import WAYS, Way
from person import Person

FOLDER = pathlib.Path(__file__).parents[2] / "docs/images"
LARGEST = 80_000
LIGHT = Way("light", 1120, "light")
DARK = Way("dark", 1120, "dark")
PHONE = Way("phone", 360, "light")


def picture(person, name, height):
    person.page.set_viewport_size({"width": person.page.viewport_size["width"], "height": height})
    # Neither a focus nor a pointer.
    person.page.evaluate("document.activeElement.blur()")
    person.page.mouse.move(0, 0)
    image = smaller(person.page.screenshot())
    assert len(image) < LARGEST, f"{name}: {len(image)} bytes"
    if os.environ.get("KEYWARD_WRITE_DOCS"):
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / name).write_bytes(image)


def smaller(image):
    """The same picture with 256 colours."""
    output = io.BytesIO()
    Image.open(io.BytesIO(image)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
    return output.getvalue()


@pytest.fixture
def filled(host):
    def make(name, uses, *options):
        secret = host.create(name, *options)
        for _ in range(uses):
            host.answer(secret)
        return secret

    make("warehouse-export", 0, "--owner", "Logistics")
    make("billing-webhook", 4, "--owner", "Finance IT", "--expires", "5d")
    make("crm-integration", 2, "--owner", "Sales ops", "--expires", "1y")
    make("staging-api", 3, "--owner", "Platform team", "--expires", "90d")
    make("prod-main-app", 12, "--owner", "Platform team", "--owner-contact", "#platform", "--expires", "1y")
    host.answer(host.keyward("rotate", "crm-integration"))
    host.keyward("disable", "warehouse-export")
    return host


@pytest.mark.parametrize("way", [LIGHT, DARK, PHONE], ids=lambda way: way.name)
def test_table(filled, new_page, way):
    person = Person(new_page(way), filled.screen())
    picture(person, f"table-{way.name}.png", 560 if way.width > 400 else 720)


def test_create(host, new_page):
    person = Person(new_page(LIGHT), host.screen())
    person.open("/new?workspace=default")
    person.type(person.field("Name"), "staging-api")
    person.type(person.field("Technical owner"), "Platform team")
    picture(person, "create.png", 720)
    person.press(person.button("Create API Key"))
    picture(person, "secret.png", 560)


def test_rotation(filled, new_page):
    person = Person(new_page(LIGHT), filled.screen())
    person.page.get_by_role("link", name="crm-integration", exact=True).first.click()
    picture(person, "rotation.png", 560)


def test_revoke(filled, new_page):
    person = Person(new_page(LIGHT), filled.screen())
    person.page.get_by_role("link", name="Revoke staging-api").click()
    picture(person, "revoke.png", 820)
