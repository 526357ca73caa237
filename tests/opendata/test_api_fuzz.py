"""Every operation of the API does what its description says, whatever it is asked (schemathesis, in the process)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from smartbarleben.places.models import Municipality

pytestmark = pytest.mark.slow
DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 20
# What fits the shapes may still make no sense here (a kind that does not exist), and we understand more ways to write
# a day than the description promises; both are answered in words.
LENIENT = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The end of a request must not close the database of the test."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_every_operation_keeps_to_its_description(whole_village: Municipality, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, WSGIHandler())
    schema.config.update(base_url="http://localhost")
    asked = 0
    for found in schema.get_all_operations():
        check(found.ok(), mode)
        asked += 1
    assert asked == len(schema.raw_schema["paths"]) > 10


def check(operation: Any, mode: GenerationMode) -> None:
    """Ask an operation some questions and look at each answer: status, media type, shape, headers."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        # Not packed: the client in the process does not unpack.
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=LENIENT)

    ask()
