"""Family F as Label Studio speaks it."""

import json
import logging
from collections.abc import Iterator

import httpx
import pytest

from api_stub.errors import BadRequest
from api_stub.families.label_studio import names_in
from api_stub.settings import Settings
from tests.api_stub.pictures_server import PictureServer, picture_server
from tests.api_stub.support import MODEL, png, serving, text64

CONFIG = """
<View>
  <Image name="img" value="$captcha"/>
  <TextArea name="text" toName="img" editable="true"/>
</View>
"""
EMPTY = {"model_version": "sizes-1", "score": 0.0, "result": []}


def filled(text: str) -> dict:
    region = {
        "from_name": "text",
        "to_name": "img",
        "type": "textarea",
        "value": {"text": [text]},
        "score": 0.75,
    }
    return {"model_version": "sizes-1", "score": 0.75, "result": [region]}


def task(number: int, reference: object) -> dict:
    return {"id": number, "data": {"captcha": reference}, "annotations": [], "predictions": []}


def uri(width: int) -> str:
    return "data:image/png;base64," + text64(png(width, 20))


def test_setup_answers_the_version_and_forgets_the_token(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"project": "1.0", "schema": CONFIG, "hostname": "http://evil.test", "access_token": "s3cret-token"}
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/label-studio/setup", json=body)
    assert (answer.status_code, answer.json()) == (200, {"model_version": "sizes-1"})
    assert "s3cret-token" not in caplog.text + client.get("/metrics").text


def test_health_versions_and_webhook(client: httpx.Client) -> None:
    assert client.get("/label-studio/health").json()["status"] == "UP"
    assert client.get("/label-studio/versions").json() == {"versions": ["sizes-1"]}
    assert client.post("/label-studio/webhook", json={"action": "ANNOTATION_CREATED"}).status_code == 200


def test_one_entry_per_task_in_order(client: httpx.Client) -> None:
    tasks = [task(1, uri(40)), task(2, "/data/upload/1/x.png"), task(3, uri(50)), {"id": 4}, 5, task(6, None)]
    tasks += [task(7, "data:image/png;base64,%%"), task(8, "http://127.0.0.1:1/x.png")]
    answer = client.post("/label-studio/predict", json={"tasks": tasks, "label_config": CONFIG})
    expected = [filled("40x20"), EMPTY, filled("50x20"), EMPTY, EMPTY, EMPTY, EMPTY, EMPTY]
    assert (answer.status_code, answer.json()) == (200, {"results": expected})


def test_more_tasks_than_a_batch(client: httpx.Client) -> None:
    tasks = [task(width, uri(width)) for width in range(20, 170)]
    results = client.post("/label-studio/predict", json={"tasks": tasks, "label_config": CONFIG}).json()["results"]
    assert results == [filled(f"{width}x20") for width in range(20, 170)]


@pytest.fixture
def pictures() -> Iterator[PictureServer]:
    with picture_server() as server:
        yield server


def test_pictures_come_from_the_configured_origin_only(pictures: PictureServer) -> None:
    with picture_server() as elsewhere:
        settings = Settings(model=MODEL, label_studio_url=pictures.url, label_studio_token="t0ken")
        tasks = [task(1, "/data/upload/1/a.png"), task(2, elsewhere.url + "/a.png")]
        with serving(settings) as client:
            answer = client.post("/label-studio/predict", json={"tasks": tasks, "label_config": CONFIG})
        assert answer.json() == {"results": [filled("31x20"), EMPTY]}
        assert elsewhere.hits == []
        assert pictures.hits[0][1]["Authorization"] == "Token t0ken"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"tasks": [], "label_config": None},
        {"tasks": {}, "label_config": CONFIG},
        {"tasks": [], "label_config": "<View>"},
        {"tasks": [], "label_config": "\ud800"},
        {"tasks": [], "label_config": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><View>&a;</View>'},
        {"tasks": [], "label_config": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><View>&b;</View>'},
    ],
)
def test_a_wrong_request_is_400(client: httpx.Client, body: object) -> None:
    answer = client.post("/label-studio/predict", content=json.dumps(body))
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_names_come_from_the_configuration() -> None:
    assert names_in(CONFIG) == ("text", "img", "captcha")
    assert names_in("<View><Image name='i' value='$x'/><Choices name='c' toName='i'/></View>") is None
    assert names_in("<View><Text name='i' value='$x'/><TextArea name='t' toName='i'/></View>") is None
    with pytest.raises(BadRequest):
        names_in("<View>&undefined;</View>")


def test_a_configuration_without_a_text_area_gives_empty_results(client: httpx.Client) -> None:
    body = {"tasks": [task(1, uri(40))], "label_config": "<View/>"}
    assert client.post("/label-studio/predict", json=body).json() == {"results": [EMPTY]}
