"""`api_stub.asgi:app` for uvicorn, gunicorn and other ASGI servers, configured by CAPTCHA_... variables."""

from api_stub.app import create_app
from api_stub.settings import load
from dataset.errors import ToolkitError

try:
    app = create_app(load())
except ToolkitError as error:
    raise SystemExit(f"api_stub: {error}") from None
