"""What Prometheus and Grafana are given names what an endpoint tells, and a real Prometheus takes it."""

import json
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api_stub.settings import Settings
from tests.api_stub.database_servers import find, free_port, own_folder, redis, started
from tests.api_stub.support import MODEL, png, serving, wait_until
from tests.packaging.deployed import DEPLOY, told

MONITORING = DEPLOY / "monitoring"
KEY = "a-key-of-the-test"
METRIC = re.compile(r"\bcaptcha_\w+")


def dashboard() -> dict[str, Any]:
    return dict(json.loads((MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8")))


def queries() -> list[tuple[str, str]]:
    """(panel, expression) of every query of the dashboard."""
    return [(panel["title"], target["expr"]) for panel in dashboard()["panels"] for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    document = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def asked(client: httpx.Client) -> None:
    """Requests of all outcomes that the metrics count."""
    assert client.post("/predict", files={"image": png()}).status_code == 200
    assert client.post("/predict", files={"image": b"no picture"}).status_code == 400


@pytest.fixture(scope="module")
def metrics() -> Iterator[str]:
    """The metrics of an endpoint that has all of them."""
    with serving(Settings(model=MODEL, rate="1000/minute")) as client:
        asked(client)
        yield client.get("/metrics").text


def test_every_metric_of_the_dashboard_and_the_alerts_is_told(metrics: str) -> None:
    known = set(re.findall(r"^(captcha_\w+)", metrics, re.M)) | {"captcha_rate_limit_shared"}
    named = {
        name
        for text in [*dict(queries()).values(), *(rule["expr"] for rule in alerts())]
        for name in METRIC.findall(text)
    }
    assert named and named <= known, named - known
    told_of = {re.sub(r"_(total|bucket|sum|count|created|info)$", "", name) for name in known}
    shown = {
        re.sub(r"_(total|bucket|sum|count|created|info)$", "", name)
        for _, text in queries()
        for name in METRIC.findall(text)
    }
    assert shown == told_of, "the dashboard leaves something out"


def test_the_labels_are_those_of_the_metrics(metrics: str) -> None:
    for title, expression in queries():
        for metric, labels in re.findall(r"(captcha_\w+)\{([^}]*)\}", expression):
            used = set(re.findall(r"(\w+)=~?\"", labels)) - {"instance"}
            used |= set(re.findall(r"by \((\w+)\)", expression)) - {"le", "instance"}
            if metric != "captcha_rate_limit_shared":
                lines = [line for line in metrics.splitlines() if line.startswith((metric + "{", metric + " "))]
                assert lines, metric
                assert all(f'{label}="' in lines[0] for label in used), f"{title}: {used}"


def test_the_panels_do_not_overlap_and_have_one_source() -> None:
    taken: set[tuple[int, int]] = set()
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}


@pytest.mark.full
@pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system")
def test_a_real_prometheus_scrapes_it_and_answers_every_query() -> None:
    program = find("prometheus", "/usr/bin")
    if program is None:
        pytest.skip("Prometheus is not installed: apt-get install prometheus")
    with redis() as counts, own_folder() as folder:
        settings = Settings(model=MODEL, rate="1000/minute", rate_redis=counts.url, api_key=KEY)
        with serving(settings) as client:
            client.headers["X-API-Key"] = KEY
            asked(client)
            config, port = prepared(folder, f"127.0.0.1:{client.base_url.port}"), free_port()
            words = [program, "--config.file", config, "--storage.tsdb.path", folder / "data", "--log.level", "error"]
            with started([*words, "--web.listen-address", f"127.0.0.1:{port}"], port, signal.SIGTERM):
                look(f"http://127.0.0.1:{port}/api/v1", client)


def prepared(folder: Path, target: str) -> Path:
    """The shipped files with the address of this endpoint, asked once a second."""
    text = (MONITORING / "prometheus.yml").read_text(encoding="utf-8")
    changed = text.replace("127.0.0.1:5000", target).replace("15s", "1s")
    assert changed.count(target) == 1 and changed.count("1s") == 2
    (folder / "prometheus.yml").write_text(changed, encoding="utf-8")
    (folder / "api-key").write_text(KEY, encoding="utf-8")
    shutil.copy(MONITORING / "alerts.yml", folder)
    return folder / "prometheus.yml"


def look(url: str, endpoint: httpx.Client) -> None:
    """Ask a Prometheus for everything that the dashboard shows."""

    def values(expression: str) -> list[Any]:
        answer = httpx.get(f"{url}/query", params={"query": expression}, trust_env=False)
        assert answer.status_code == 200, f"{expression}: {answer.text}"
        return list(answer.json()["data"]["result"])

    wait_until(lambda: bool(values('count_over_time(up{job="captcha"}[1m]) > 2')), 60)
    assert values("up")[0]["value"][1] == "1"
    asked(endpoint)
    wait_until(lambda: bool(values("rate(captcha_rejected_images_total[1m]) > 0")), 60)
    for title, expression in queries():
        assert "$instance" in expression or "up" in expression
        found = values(expression.replace("$instance", ".*").replace("$__rate_interval", "1m"))
        assert found, f"{title} shows nothing: {expression}"
    wait_until(lambda: all(rule["health"] == "ok" for rule in rules(url)), 60)
    assert {rule["name"]: rule["state"] for rule in rules(url)} == {rule["alert"]: "inactive" for rule in alerts()}


def rules(url: str) -> list[dict[str, Any]]:
    """The alerts as a Prometheus has read them."""
    groups = httpx.get(f"{url}/rules", trust_env=False).json()["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.full
def test_promtool_takes_the_files(tmp_path: Path) -> None:
    program = find("promtool", "/usr/bin")
    if program is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    done = told(program, "check", "config", prepared(tmp_path, "127.0.0.1:1"))
    assert done.returncode == 0 and f"{len(alerts())} rules found" in done.stdout, done.stdout


UP = ('up{job="captcha", instance="a"}', "1x30")
FIRES = {
    "CaptchaEndpointDown": [('up{job="captcha", instance="a"}', "0x30")],
    "CaptchaNoModel": [UP],
    "CaptchaFailures": [
        UP,
        ('captcha_model_info{instance="a"}', "1x30"),
        ('captcha_requests_total{instance="a", status="200"}', "0+90x30"),
        ('captcha_requests_total{instance="a", status="500"}', "0+10x30"),
    ],
    "CaptchaQueueLong": [
        UP,
        ('captcha_model_info{instance="a"}', "1x30"),
        ('captcha_queue_pictures{instance="a"}', "200x30"),
    ],
    "CaptchaRateLimitNotShared": [
        UP,
        ('captcha_model_info{instance="a"}', "1x30"),
        ('captcha_rate_limit_shared{instance="a"}', "0x30"),
    ],
}
QUIET = [
    UP,
    ('captcha_model_info{instance="a"}', "1x30"),
    ('captcha_requests_total{instance="a", status="200"}', "0+99x30"),
    ('captcha_requests_total{instance="a", status="500"}', "0+1x30"),
    ('captcha_queue_pictures{instance="a"}', "3x30"),
    ('captcha_rate_limit_shared{instance="a"}', "1x30"),
]


def labels(alert: str) -> dict[str, str]:
    """The labels of an alert about the endpoint `a`."""
    return {"instance": "a"} | ({"job": "captcha"} if alert in ("CaptchaEndpointDown", "CaptchaNoModel") else {})


def summary(alert: str) -> str:
    """What an alert says of the endpoint `a`."""
    text = next(rule["annotations"]["summary"] for rule in alerts() if rule["alert"] == alert)
    return re.sub(r"\{\{.*?\}\}", "a", text)


@pytest.mark.full
def test_each_alert_fires_for_its_trouble_and_none_without(tmp_path: Path) -> None:
    program = find("promtool", "/usr/bin")
    if program is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    assert set(FIRES) == {rule["alert"] for rule in alerts()}
    cases = []
    for trouble, series in [*FIRES.items(), ("", QUIET)]:
        fired = [{"exp_labels": labels(trouble), "exp_annotations": {"summary": summary(trouble)}}] if trouble else []
        expected = [
            {"eval_time": "20m", "alertname": name, "exp_alerts": fired if name == trouble else []} for name in FIRES
        ]
        inputs = [{"series": name, "values": values} for name, values in series]
        cases.append({"interval": "1m", "input_series": inputs, "alert_rule_test": expected})
    shutil.copy(MONITORING / "alerts.yml", tmp_path)
    tests = {"rule_files": ["alerts.yml"], "evaluation_interval": "1m", "tests": cases}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    done = told(program, "test", "rules", tmp_path / "tests.yml")
    assert done.returncode == 0, done.stdout
