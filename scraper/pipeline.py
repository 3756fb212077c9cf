"""The media pipeline: one URL, many sessions, original bytes, a row for each picture.

Scrapy's media pipelines remember results by request fingerprint for the whole crawl. The fingerprinter of this
package makes them differ by session; this class takes pictures to the dataset by Scrapy's public hooks alone.
"""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.files import FilesPipeline
from twisted.python.failure import Failure

from dataset.errors import DatasetError, ImageRefused
from dataset.sample import Source
from scraper.adding import Adder
from scraper.items import Picture
from scraper.reasons import reason_of
from scraper.run import Run
from scraper.sessions import request_meta


class CaptchaPipeline(FilesPipeline):
    """Fetches the picture of each `Picture` item in its own session and adds its bytes to the dataset."""

    @cached_property
    def _adder(self) -> Adder:
        return Adder(self.run.store, self.run.profile.lanes)

    @property
    def run(self) -> Run:
        """The collection that this crawl works for."""
        return self.crawler.spider.run

    def get_media_requests(self, item: Picture, info: Any) -> list[Request]:
        """The picture's request, in the session of its page: a media request inherits nothing by itself."""
        meta = {**request_meta(self.run.profile, item.ticket), "picture": item}
        if item.image_url.startswith("data:"):
            meta["allow_offsite"] = True  # the picture is inside the page: no host is asked
        headers = {"Referer": item.page_url} if item.page_url else None
        request = Request(item.image_url, meta=meta, headers=headers, cookies=item.cookies, callback=NO_CALLBACK)
        item.fingerprint = self.crawler.request_fingerprinter.fingerprint(request)
        return [request]

    def media_to_download(self, request: Request, info: Any, *, item: Any = None) -> None:
        """Nothing is up to date: every session has a picture of its own."""

    async def media_downloaded(self, response: Response, request: Request, info: Any, *, item: Picture) -> None:
        """Store what came; what is no picture is kept aside with the reason."""
        source = self._source(response, item)
        try:
            if response.status != 200:
                item.settle("rejected", f"http-{response.status}")
                self._keep_aside(item, response.body, source)
                return
            claim = await self.run.office.claim(item.ticket, response.body, source)
            if claim != "mine":
                item.settle("duplicate" if claim == "duplicate" else "failed", claim)
                return
            added = await self._adder.add(response.body, source, item.ticket.kind)
        except ImageRefused as error:
            item.settle("rejected", error.reason, str(error))
            self._keep_aside(item, response.body, source)
        except DatasetError as error:
            self._give_up(item, error)
        else:
            item.sample_id = added.sample.id
            item.settle("duplicate" if added.duplicate else "stored")

    def media_failed(self, failure: Failure, request: Request, info: Any) -> None:
        """Nothing came. FilesPipeline would raise here, and lose the reason."""
        request.meta["picture"].settle("failed", reason_of(failure.value))

    def item_completed(self, results: list[Any], item: Picture, info: Any) -> Picture:
        """Free what Scrapy remembers of the request; raises DropItem for a picture that was not stored."""
        info.downloaded.pop(item.fingerprint, None)
        for good, failure in results:
            if not good:
                item.settle("failed", reason_of(failure.value))
        if item.outcome != "stored":
            raise DropItem(f"{item.image_url}: {item.outcome} {item.reason}".rstrip())
        return item

    def _keep_aside(self, item: Picture, data: bytes, source: Source) -> None:
        try:
            self.run.store.reject(data, item.reason, source=source)
        except DatasetError as error:
            self._give_up(item, error)

    def _give_up(self, item: Picture, error: DatasetError) -> None:
        """The dataset cannot be written: every further session would be paid for nothing."""
        item.settle("failed", "dataset")
        self.run.stop(str(error))

    def _source(self, response: Response, item: Picture) -> Source:
        content_type = response.headers.get("Content-Type")
        return Source(
            profile=self.run.profile.name,
            page_url=item.page_url,
            image_url=item.image_url[:2000],
            final_url=response.url[:2000],
            session_id=item.ticket.session_id,
            http_status=response.status,
            content_type=content_type.decode("latin-1") if content_type else None,
            fetched_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            attempt=item.ticket.attempt,
        )
