"""Scrapy without this package: what the benchmark compares with."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.files import FilesPipeline


class Pictures(Spider):  # type: ignore[misc]
    """One item a picture, without pages: distinct URLs, or always the same one."""

    name = "pictures"
    address: str
    pictures: int
    distinct: bool

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        for number in range(self.pictures):
            query = f"?{number}" if self.distinct else ""
            yield {"file_urls": [f"{self.address}/one/text.png{query}"]}


class Sessions(Pictures):
    """A page and a picture in a cookie jar each: the least that works."""

    name = "sessions"

    async def start(self) -> AsyncIterator[Request]:
        for number in range(self.pictures):
            yield Request(f"{self.address}/text/", meta={"cookiejar": number, "session_id": number}, dont_filter=True)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        url = response.urljoin(response.css("img#captcha").attrib["src"])
        yield {"file_urls": [url], "session": response.meta["session_id"]}


class SessionFiles(FilesPipeline):  # type: ignore[misc]
    """FilesPipeline with the session on its requests and in its file names."""

    def get_media_requests(self, item: dict[str, Any], info: Any) -> list[Request]:
        meta = {"cookiejar": item["session"], "session_id": item["session"]}
        return [Request(url, meta=meta, callback=NO_CALLBACK) for url in item["file_urls"]]

    def file_path(self, request: Request, response: Any = None, info: Any = None, *, item: Any = None) -> str:
        return f"{item['session']}.png"
