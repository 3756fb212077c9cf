"""`python -m api_stub`: start the endpoint and print its address."""

import gc
import json
import os
import socket
import sys
from argparse import ArgumentParser

import uvicorn

from api_stub.app import create_app
from api_stub.errors import EndpointError
from api_stub.logs import configuration
from api_stub.protocol import JsonHttp
from api_stub.settings import Settings, described, load
from dataset import console
from dataset.errors import UsageError

PROG = "captcha-serve"
DESCRIPTION = """\
Answer predictions of a trained recogniser over HTTP, on this machine only unless told otherwise.
Every option may also stand in the environment (CAPTCHA_PORT=8080) or in a TOML file given with
--config (port = 8080); the command line wins over the environment, and that over the file."""
EXAMPLES = """\
  python -m api_stub --model M.onnx
  python -m api_stub --model M.onnx --port 0 --rate 600/minute
  CAPTCHA_API_KEY=... python -m api_stub --model M.onnx --host 0.0.0.0
  python -m api_stub users add anna --email anna@example.com --admin
  python -m api_stub --model M.onnx --accounts
  python -m api_stub openapi
  curl -F image=@captcha.png http://127.0.0.1:5000/predict
"""
GRACE_SECONDS = 5


def parser() -> ArgumentParser:
    """The command line, one option per setting."""
    made = console.parser(PROG, DESCRIPTION, EXAMPLES)
    made.add_argument("--config", type=console.path, metavar="FILE.toml", help="settings file")
    for name, kind, option, text in described():
        flag, metavar = "--" + name.replace("_", "-"), option.metavar or name.upper()
        if kind is bool:
            made.add_argument(flag, action="store_true", default=None, help=text)
        elif kind == tuple[str, ...]:
            made.add_argument(flag, action="append", metavar=metavar, help=text)
        else:
            made.add_argument(flag, metavar=metavar, help=text)
    return made


def main(argv: list[str]) -> int:
    """Serve until stopped, or run `users ...` or `openapi`; the exit status follows the toolkit's rules."""
    if argv == ["openapi"]:
        document = create_app(Settings(accounts=True)).openapi()
        console.say(json.dumps(document, indent=1, ensure_ascii=False))
        return console.DONE
    if argv[:1] == ["users"]:
        from api_stub import users

        return users.main(argv[1:])
    given = vars(parser().parse_args(argv))
    settings = load(given, config=given.pop("config"))
    if settings.model is None:
        raise UsageError("No model is given: pass --model M.onnx, made by `python -m ocr train DIR --out M.onnx`")
    app = create_app(settings)
    app.state.service.open()
    listener = listen(settings.host, settings.port)
    config = uvicorn.Config(
        app,
        log_config=configuration(settings.log_level),
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
        http=JsonHttp,
    )
    _Announcing(config, address_of(listener)).run(sockets=[listener])
    return console.DONE


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises `EndpointError` when the address is taken or not ours."""
    try:
        family, *_, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        known = isinstance(error, OSError) and not isinstance(error, socket.gaierror) and error.errno
        reason = os.strerror(known) if known else "not an address"
        raise EndpointError(
            f"Cannot listen on {host} port {port} ({reason}): choose another --port or --host"
        ) from None


def address_of(listener: socket.socket) -> str:
    """The URL under which `listener` is reached, with the port it really has."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Announcing(uvicorn.Server):
    """Prints the address once requests are answered, so that a program that waits for the line can go on."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is loaded by now stays: no later collection needs to walk through it
        console.say(f"Listening on {self._address} (Ctrl-C stops)")


def entry() -> None:
    """The console script."""
    sys.exit(console.run(main, prog=PROG))
