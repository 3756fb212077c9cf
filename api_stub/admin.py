"""What only the holder of the API key may do."""

import asyncio
import logging

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api_stub.contract import failures, router_of
from api_stub.errors import BadRequest, NoModel, Unauthorised
from api_stub.service import service_of
from dataset.errors import ToolkitError

log = logging.getLogger("api_stub")
router = router_of("admin", "/admin")


class Reloaded(BaseModel):
    """The version of the model that is in use now."""

    version: str


@router.post("/reload", response_model=Reloaded, responses=failures(400))
async def reload(request: Request) -> JSONResponse:
    """Load the model file again; requests in progress keep the old model. Needs an endpoint that has an API key."""
    service = service_of(request)
    if service.settings.api_key is None:
        raise Unauthorised("Reloading needs an endpoint that was started with an API key")
    try:
        loaded = await asyncio.to_thread(service.holder.reload)
    except NoModel:
        raise
    except ToolkitError as error:
        log.warning("The model stays as it is: %s", error)
        raise BadRequest("The model file cannot be loaded; the model in use stays") from None
    return JSONResponse({"version": loaded.recogniser.version})
