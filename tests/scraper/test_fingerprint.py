from scrapy import Request
from scrapy.utils.request import RequestFingerprinter

from scraper.fingerprint import SessionFingerprinter


def request(session: str | None = None, url: str = "http://127.0.0.1/one.png") -> Request:
    return Request(url, meta={} if session is None else {"session_id": session})


def test_sessions_tell_requests_of_one_url_apart() -> None:
    fingerprint = SessionFingerprinter().fingerprint
    assert fingerprint(request("a")) != fingerprint(request("b"))
    assert fingerprint(request("a")) != fingerprint(request())


def test_one_session_and_url_is_one_fingerprint() -> None:
    fingerprint = SessionFingerprinter().fingerprint
    assert fingerprint(request("a")) == fingerprint(request("a"))
    assert fingerprint(request("a")) != fingerprint(request("a", "http://127.0.0.1/two.png"))


def test_without_a_session_it_is_scrapys_own() -> None:
    assert SessionFingerprinter().fingerprint(request()) == RequestFingerprinter().fingerprint(request())
