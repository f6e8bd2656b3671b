"""The packet of one specification, made once."""

from __future__ import annotations

import pytest

from modelcheck.pipeline import Options
from modelcheck.pipeline.packet import packet
from modelcheck.reports.packet import markdown
from modelcheck.reports.packet.content import document
from modelcheck.reports.packet.document import (
    Document,
)
from modelcheck.reports.packet.packet import Packet
from tests.unit.reports.packet.vote import written


@pytest.fixture(scope="session")
def vote(tmp_path_factory: pytest.TempPathFactory) -> Packet:
    return packet([written(tmp_path_factory.mktemp("vote"))], Options())


@pytest.fixture(scope="session")
def told(vote: Packet) -> Document:
    return document(vote)


@pytest.fixture(scope="session")
def page(told: Document) -> str:
    return markdown.render(told, "pictures")
