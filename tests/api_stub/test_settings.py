"""Settings from three sources, and what is refused."""

from pathlib import Path

import pytest

from api_stub.settings import Settings, load
from dataset.errors import UsageError


def test_command_line_beats_environment_beats_file(tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text('port = 1\nqueue = 2\nrate = "3/minute"\ncors = ["http://a", "http://b"]\n')
    environ = {"CAPTCHA_QUEUE": "20", "CAPTCHA_RATE": "30/minute", "PATH": "/bin"}
    settings = load({"rate": "300/minute", "port": None}, environ, config)
    assert (settings.port, settings.queue, settings.rate) == (1, 20, "300/minute")
    assert settings.cors == ("http://a", "http://b")


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text('model = "M.onnx"\nbody_seconds = 5\n')
    settings = load(environ={"CAPTCHA_CONFIG": str(config), "CAPTCHA_CORS": "http://a, http://b"})
    assert settings.model == Path("M.onnx")
    assert settings.body_seconds == 5.0
    assert settings.cors == ("http://a", "http://b")


@pytest.mark.parametrize("name", ["CAPTCHA_PROT", "CAPTCHA_APIKEY"])
def test_an_unknown_variable_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        load(environ={name: "1"})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "prot"),
        ("port = true", "port"),
        ("cors = [1]", "cors"),
        ("api_key = 5", "api_key"),
        ("=", ""),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, named: str) -> None:
    config = tmp_path / "serve.toml"
    config.write_text(text)
    with pytest.raises(UsageError, match=f"{named}.*serve.toml"):
        load(environ={}, config=config)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml cannot be read"):
        load(environ={}, config=tmp_path / "none.toml")


@pytest.mark.parametrize("environ", [{"CAPTCHA_PORT": "http"}, {"CAPTCHA_BODY_SECONDS": "soon"}])
def test_a_value_that_does_not_fit_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(environ))):
        load(environ=environ)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "myhost", "127.0.0.1.example.com", ""])
def test_a_public_address_needs_a_key(host: str) -> None:
    with pytest.raises(UsageError, match="needs an API key"):
        Settings(host=host)
    assert Settings(host=host, api_key="k").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_loopback_needs_none(host: str) -> None:
    assert Settings(host=host).api_key is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": -1},
        {"port": 65536},
        {"queue": 0},
        {"body_seconds": 0.0},
        {"api_key": ""},
        {"cors": ("*",)},
        {"without": ("natvie",)},
    ],
)
def test_values_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(UsageError):
        Settings(**wrong)


def test_the_key_is_never_shown() -> None:
    assert "s3cret" not in repr(Settings(api_key="s3cret"))


@pytest.mark.parametrize("rate", ["fast", "", "10/fortnight"])
def test_a_rate_is_a_rate(rate: str) -> None:
    with pytest.raises(UsageError, match="10/minute"):
        Settings(rate=rate)
