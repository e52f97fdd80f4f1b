"""The OpenAPI document: as it would be written now, valid, and true."""

import json

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from notices.codec import load_schema
from notices.service.api.problems import KINDS
from notices.service.api.routes import ROUTES
from tests.service.api.conftest import CASE_1, JSON, judgment
from tests.service.api.write_openapi import EXAMPLES, FILE, document, written

DOCUMENT = document()


def test_the_file_is_what_the_tool_writes():
    assert FILE.read_text("utf-8") == written(), (
        "run: python -m tests.service.api.write_openapi"
    )


def test_an_outside_validator_takes_it():
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_is_served_to_whoever_asks(api):
    stranger = api.client()
    response = stranger.get("/v1/openapi.json")
    assert response.json() == DOCUMENT
    tag = response.headers["etag"]
    again = stranger.get("/v1/openapi.json", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_every_route_and_every_code_is_in_it():
    told = {
        (method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    }
    assert told == {(route.method, route.path) for route in ROUTES.all}
    codes = {code for route in ROUTES.all for code in route.all_problems}
    # what no route has: of paths and methods that are not there
    assert set(KINDS) - codes == {"bad-method"}


def answered(response, path: str, method: str = "get") -> dict:
    """A JSON answer, valid by the document."""
    shape = DOCUMENT["paths"][path][method]["responses"][str(response.status_code)]
    kind = response.headers["content-type"].partition(";")[0]
    schema = {
        **shape["content"][kind]["schema"],
        "components": DOCUMENT["components"],
    }
    told = response.json()
    jsonschema.Draft202012Validator(schema).validate(told)
    for name, header in shape.get("headers", {}).items():
        if name in ("ETag", "RateLimit", "Retry-After", "WWW-Authenticate"):
            assert name in response.headers, (name, header)
    return told


@pytest.mark.parametrize("name", EXAMPLES["Judgment"])
def test_the_examples_of_judgments_run(name, client):
    body = EXAMPLES["Judgment"][name]["value"]
    told = answered(client.post("/v1/judgments", json=body), "/v1/judgments", "post")
    assert told["valid"], told
    response = client.post("/v1/notices", json=body)
    assert response.status_code == 201
    made = answered(response, "/v1/notices", "post")
    assert (made["case_id"], made["state"]) == (body["case_id"], "drafted")


def test_the_examples_of_facts_run(client):
    client.post("/v1/notices", json=judgment())
    body = EXAMPLES["Facts"]["looks"]["value"]
    told = answered(client.post("/v1/facts", json=body), "/v1/facts", "post")
    assert [one["result"] for one in told["results"]] == ["added", "added"]


def test_every_answer_has_its_shape(client):
    made = client.post("/v1/notices", json=judgment()).json()
    number = made["number"]
    for path, filled in (
        ("/v1/notices", "/v1/notices"),
        ("/v1/notices/{number}", made["href"]),
        ("/v1/cases/{case_id}", f"/v1/cases/{CASE_1}"),
        ("/v1/due", "/v1/due"),
        ("/v1/statistics/{year}", "/v1/statistics/2026"),
        ("/v1/events", "/v1/events"),
        ("/v1/approvals", "/v1/approvals"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
    ):
        response = client.get(filled)
        assert response.status_code == 200, response.text
        answered(response, path)
    letter = client.get(f"/v1/notices/{number}/documents/notice.json").content
    response = client.post("/v1/verify", content=letter)
    assert answered(response, "/v1/verify", "post")["kind"] == "notice"
    path = "/v1/notices/{number}/send"
    answered(client.post(f"/v1/notices/{number}/send"), path, "post")


def test_every_problem_has_its_shape(api, client):
    path = "/v1/notices"
    for body, status in ((b"{}", 422), (b"{", 422), (b"\xff", 422)):
        response = client.post(path, content=body, headers=JSON)
        assert response.status_code == status
        answered(response, path, "post")
    answered(api.client().get(path), path)
    answered(api.client(api.token("x", "send")).get(path), path)
    answered(client.get(path + "?limit=0"), path)


def test_judgments_of_the_document_are_those_of_the_published_schema():

    published = json.loads(load_schema("judgment"))
    assert (
        DOCUMENT["components"]["schemas"]["Judgment"]["required"]
        == published["required"]
    )
