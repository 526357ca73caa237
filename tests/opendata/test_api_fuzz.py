"""Every operation of the API does what its description says, whatever it is asked (schemathesis, in the process)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from smartbarleben.content import registry
from smartbarleben.places.models import Municipality

DOCUMENT = "/api/v1/openapi.json"
# What fits the shapes may still make no sense here (a kind that does not exist), and we understand more ways to write
# a day than the description promises; both are answered in words.
LENIENT = [positive_data_acceptance, negative_data_rejection]
# Words that chance would never find.
KNOWN = {
    "kind": st.sampled_from([kind.key for kind in registry.kinds()]),
    "ortschaft": st.sampled_from(["barleben", "ebendorf", "meitzendorf"]),
    "limit": st.integers(1, 3),
}
# Parameters that make sense only with others, or out of an earlier answer.
DEPENDENT = frozenset({"status", "project", "topic", "audience", "free", "cursor", "updated_since"})
DEPENDENT |= {"kind", "ortschaft", "happens_after", "happens_before"}


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
@pytest.mark.parametrize("examples", [4, pytest.param(25, marks=pytest.mark.slow)], ids=["few", "many"])
def test_every_operation_keeps_to_its_description(
    whole_village: Municipality, mode: GenerationMode, examples: int
) -> None:
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, WSGIHandler())
    schema.config.update(base_url="http://localhost")
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        asked.add(operation.path)
        ask(operation, mode, examples)
        if mode is GenerationMode.POSITIVE:
            # At random nothing is found; what there is must be right, too.
            assert 200 in ask(operation, mode, examples, at_home=True), operation.path
    assert asked == set(schema.raw_schema["paths"])
    assert len(asked) > 10


def test_every_operation_refuses_what_cannot_be(whole_village: Municipality, client: Client) -> None:
    paths = client.get(DOCUMENT).json()["paths"]
    for path, methods in paths.items():
        example = methods["get"]["x-example-url"]
        for parameter in methods["get"].get("parameters", []):
            name, query = parameter["name"], {}
            values = named_in(path, example)
            if parameter["in"] == "path":
                values[name] = "gibt-es-nicht"
            else:
                query = {name: "\x00"}
            answer = client.get(path.format(**values), query)
            assert answer.status_code in {404, 422}, f"{path}: {name} may be anything"


def named_in(path: str, example: str) -> dict[str, str]:
    """What the example of an operation has for the parameters in its path."""
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/?]+)", path)
    named = re.search(rf"{pattern}(\?|$)", example)
    assert named
    return named.groupdict()


def ask(operation: Any, mode: GenerationMode, examples: int, *, at_home: bool = False) -> set[int]:
    """Ask an operation and look at each answer: status, media type, shape, headers. Gives the answers' statuses.

    ``at_home``: for what the example of the operation names, with parameters that make sense.
    """
    named = named_in(operation.path, operation.definition.raw["x-example-url"])
    offered = {one.name: KNOWN[one.name] for one in operation.query if one.name in KNOWN}
    statuses = set()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), words=st.fixed_dictionaries({}, optional=offered))
    def once(case: Any, words: dict[str, Any]) -> None:
        if at_home:
            case.path_parameters = named
            case.query = {name: one for name, one in case.query.items() if name not in DEPENDENT} | words
        # Not packed: the client in the process does not unpack.
        answer = case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=LENIENT)
        statuses.add(answer.status_code)

    once()
    return statuses
