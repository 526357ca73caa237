"""Every operation of the API does what its description says, whatever it is asked (schemathesis, in the process)."""

import json

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from smartbarleben.opendata import describing
from smartbarleben.places.models import Municipality

pytestmark = pytest.mark.slow
DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 12


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_every_operation_keeps_to_its_description(
    whole_village: Municipality, mode: GenerationMode, settings
) -> None:
    settings.BASE_URL = describing.settings.BASE_URL = "http://localhost"
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, WSGIHandler())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.query and not operation.path_parameters:
            continue
        check(operation, mode)
        asked += 1
    assert asked == len(json.loads(json.dumps(schema.raw_schema["paths"])))


def check(operation, mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case) -> None:
        case.call_and_validate()

    ask()
