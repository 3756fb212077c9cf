"""Family E: background removal. Its own failures are answered 200 with a code; see `Code`."""

import base64
from enum import IntEnum
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, json_body, router_of
from api_stub.errors import BadRequest
from api_stub.images import from_base64, parse_json
from api_stub.service import service_of
from dataset.errors import ImageRefused

KEY = "imgb64_dirty"
router = router_of("cleaning")


class Code(IntEnum):
    """`codigo_retorno`, as this family's clients know it."""

    DONE = 0
    NOT_AN_OBJECT = 1
    NO_KEY = 2
    NOT_A_PICTURE = 3


MESSAGE = {
    Code.DONE: "Imagem processada com sucesso",
    Code.NOT_AN_OBJECT: "Erro na requisição",
    Code.NO_KEY: f"Chave {KEY} não encontrada",
    Code.NOT_A_PICTURE: f"Problema na string base 64 referente a chave {KEY}",
}


class Cleaned(BaseModel):
    """The cleaned picture as a PNG data URI, or a code above 0 with the reason under `mensagem` and `error`."""

    codigo_retorno: Code
    mensagem: str
    imgb64_clean: str | None = None
    error: str | None = None


@router.post(
    "/remove_background",
    response_model=Cleaned,
    responses=failures(),
    openapi_extra=json_body({KEY: {"type": "string"}}),
)
async def remove_background(request: Request) -> JSONResponse:
    """Remove the background of a base64 picture; the answer has the same width and height."""
    try:
        document = parse_json(await request.body())
    except BadRequest:
        document = None
    if not isinstance(document, dict):
        return _answer(Code.NOT_AN_OBJECT)
    if KEY not in document:
        return _answer(Code.NO_KEY)
    try:
        clean = await service_of(request).clean(from_base64(document[KEY]))
    except (BadRequest, ImageRefused):
        return _answer(Code.NOT_A_PICTURE)
    return _answer(Code.DONE, imgb64_clean="data:image/png;base64," + base64.b64encode(clean).decode())


def _answer(code: Code, **more: Any) -> JSONResponse:
    text = MESSAGE[code]
    error = {} if code is Code.DONE else {"error": text}
    return JSONResponse({"codigo_retorno": code, "mensagem": text, **more, **error})
