"""Client of the captcha-toolkit endpoint.

    with Client("http://127.0.0.1:5000", api_key="...") as client:
        print(client.predict(Path("captcha.png")).text)

`AsyncClient` has the same calls to await.
"""

from captcha_client.answers import BatchEntry, CaptchaError, Character, Prediction
from captcha_client.clients import MAX_BATCH, MAX_IMAGE_BYTES, AsyncClient, Client, Image

__all__ = [
    "MAX_BATCH",
    "MAX_IMAGE_BYTES",
    "AsyncClient",
    "BatchEntry",
    "CaptchaError",
    "Character",
    "Client",
    "Image",
    "Prediction",
]
