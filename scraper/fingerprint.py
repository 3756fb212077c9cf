"""Why one captcha URL may be fetched many times: a request's fingerprint knows its session."""

import hashlib

from scrapy import Request
from scrapy.utils.request import RequestFingerprinter


class SessionFingerprinter(RequestFingerprinter):
    """A fingerprint that knows `request.meta["session_id"]`; without one it is Scrapy's.

    The media pipeline and the HTTP cache remember results by fingerprint. One captcha URL shows another
    picture to every session, so without this the first picture would stand for all that follow.
    """

    def fingerprint(self, request: Request) -> bytes:
        """20 bytes: Scrapy's own, unless the request belongs to a session."""
        session = request.meta.get("session_id")
        if session is None:
            return bytes(super().fingerprint(request))
        said = f"{session} {request.method} {request.url} ".encode()
        return hashlib.sha1(said + request.body).digest()
