import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { CaptchaClient, CaptchaError, MAX_BATCH, MAX_IMAGE_BYTES } from "./index.js";

const url = process.env.CAPTCHA_URL;
const apiKey = process.env.CAPTCHA_KEY;
const picture = process.env.CAPTCHA_PICTURE;
const client = new CaptchaClient(url, { apiKey });

const refused = (text, status) => (error) => {
  assert.ok(error instanceof CaptchaError);
  assert.match(error.message, text);
  assert.equal(error.status, status);
  return true;
};

/** A server of our own that answers `answer(request, response)`. */
async function served(answer, use) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  try {
    return await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

describe("against a running endpoint", { skip: !url && "CAPTCHA_URL is not set" }, () => {
  let bytes;
  let folder;

  before(async () => {
    bytes = await readFile(picture);
    folder = await mkdtemp(join(tmpdir(), "captcha-client-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("asks for health and info", async () => {
    const health = await client.health();
    assert.equal(health.model_loaded, true);
    assert.equal((await client.info()).name, "captcha-toolkit");
  });

  it("reads a Buffer, a Uint8Array, base64 text, a data URI and a file alike", async () => {
    const base64 = bytes.toString("base64");
    const images = [bytes, new Uint8Array(bytes), base64, `data:image/png;base64,${base64}`];
    const readings = await Promise.all(images.map((image) => client.predict(image)));
    readings.push(await client.predictFile(picture));
    const texts = new Set(readings.map((reading) => reading.prediction));
    assert.equal(texts.size, 1);
    for (const { success, confidence, characters, prediction } of readings) {
      assert.equal(success, true);
      assert.ok(confidence >= 0 && confidence <= 1);
      assert.equal(characters.map(({ char }) => char).join(""), prediction);
    }
  });

  it("reads a view into a larger buffer", async () => {
    const larger = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(9)]);
    const view = larger.subarray(7, 7 + bytes.length);
    assert.equal((await client.predict(view)).prediction, (await client.predict(bytes)).prediction);
  });

  it("keeps the order of a batch", async () => {
    const { total, results } = await client.predictBatch([bytes, Buffer.from("no picture"), bytes]);
    assert.equal(total, 3);
    assert.deepEqual(results.map(({ index, success }) => [index, success]), [[0, true], [1, false], [2, true]]);
  });

  it("reads the picture at an address and sends no key there", async () => {
    const keys = [];
    const answer = (request, response) => {
      keys.push(request.headers["x-api-key"]);
      response.end(bytes);
    };
    const reading = await served(answer, (address) => client.predictUrl(address));
    assert.equal(reading.prediction, (await client.predict(bytes)).prediction);
    assert.deepEqual(keys, [undefined]);
  });

  it("passes the endpoint's refusals on", async () => {
    await assert.rejects(client.predict(""), refused(/No image provided/, 400));
    await assert.rejects(client.predict("%%%"), refused(/base64/, 400));
    await assert.rejects(new CaptchaClient(url, { apiKey: "wrong" }).info(), refused(/Invalid API key/, 401));
  });

  it("refuses what is too large before sending it", async () => {
    const large = join(folder, "large.png");
    await writeFile(large, Buffer.alloc(MAX_IMAGE_BYTES + 1));
    const tooLarge = refused(/more than 500000 bytes/, 0);
    await assert.rejects(client.predict(Buffer.alloc(MAX_IMAGE_BYTES + 1)), tooLarge);
    await assert.rejects(client.predict("A".repeat(700_000)), tooLarge);
    await assert.rejects(client.predictFile(large), tooLarge);
    await assert.rejects(client.predictBatch(Array(MAX_BATCH + 1).fill(bytes)), refused(/at most 64/, 0));
    const endless = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(65536)), 1);
      response.once("close", () => clearInterval(timer));
    };
    await served(endless, (address) => assert.rejects(client.predictUrl(address), tooLarge));
  });
});

describe("without an endpoint", () => {
  it("is the same from CommonJS", () => {
    assert.equal(createRequire(import.meta.url)("./index.cjs").CaptchaClient, CaptchaClient);
  });

  it("says what is no image", async () => {
    await assert.rejects(client.predict(5), refused(/Buffer or a base64 string/, 0));
    await assert.rejects(client.predictFile("nowhere.png"), refused(/nowhere.png cannot be read \(ENOENT\)/, 0));
  });

  it("rejects an answer that is not JSON", async () => {
    const answer = (_, response) => response.writeHead(502).end("<html>");
    await served(answer, (url) => assert.rejects(new CaptchaClient(url).health(), refused(/not JSON/, 502)));
  });

  it("follows no redirect, which would take the key along", async () => {
    const seen = [];
    const note = (request, response) => seen.push(request.headers) && response.end("{}");
    await served(note, async (other) => {
      const away = (_, response) => response.writeHead(307, { Location: `${other}/predict` }).end();
      const asked = (url) => new CaptchaClient(url, { apiKey: "secret" }).predict(Buffer.from("picture"));
      await served(away, (url) => assert.rejects(asked(url), refused(/No answer/, 0)));
    });
    assert.deepEqual(seen, []);
  });

  it("gives up after its time", async () => {
    const quick = (url) => new CaptchaClient(url, { timeout: 100 }).health();
    await served(() => {}, (url) => assert.rejects(quick(url), refused(/within 100 ms/, 0)));
  });

  it("tells that nobody listens", async () => {
    const closed = await served(() => {}, async (url) => url);
    await assert.rejects(new CaptchaClient(closed).health(), refused(/No answer/, 0));
    await assert.rejects(client.predictUrl(`${closed}/a.png`), refused(/No answer/, 0));
  });
});
