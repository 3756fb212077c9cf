"use strict";

const { open } = require("node:fs/promises");

const MAX_IMAGE_BYTES = 500_000;
const MAX_BATCH = 64;
const TIMEOUT_MS = 30_000;

/** An answer that is not a success; `status` is 0 when there was no answer at all. */
class CaptchaError extends Error {
  constructor(message, status = 0, options = undefined) {
    super(message, options);
    this.name = "CaptchaError";
    this.status = status;
  }
}

/** Calls of a captcha-toolkit endpoint. Every call rejects with a CaptchaError. */
class CaptchaClient {
  #base;
  #headers;
  #timeout;

  /**
   * @param {string} baseUrl  address of the endpoint
   * @param {{apiKey?: string, timeout?: number}} options  timeout in milliseconds, for a whole call
   */
  constructor(baseUrl = "http://127.0.0.1:5000", { apiKey, timeout = TIMEOUT_MS } = {}) {
    this.#base = baseUrl.replace(/\/+$/, "");
    this.#headers = apiKey === undefined ? {} : { "X-API-Key": apiKey };
    this.#timeout = timeout;
  }

  health() {
    return this.#call("/health");
  }

  info() {
    return this.#call("/info");
  }

  /** Reads one picture: its bytes, or its base64 text with or without a data: prefix. */
  async predict(image) {
    return this.#post("/predict", { image: encoded(image) });
  }

  async predictFile(path) {
    return this.predict(await readLimited(path));
  }

  /** Reads up to 64 pictures; a bad one has `success: false` and its own `error`. */
  async predictBatch(images) {
    if (!Array.isArray(images) || images.length > MAX_BATCH) {
      throw new CaptchaError(`A batch is an array of at most ${MAX_BATCH} images`);
    }
    return this.#post("/predict-batch", { images: images.map(encoded) });
  }

  /** Downloads a picture and reads it. The API key is not sent there. */
  async predictUrl(url) {
    return this.predict(await this.#fetched(url, {}, downloadLimited));
  }

  #post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#call(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  #call(path, options = {}) {
    const headers = { ...options.headers, ...this.#headers };
    // The endpoint never redirects: neither picture nor key follow one to somebody else.
    return this.#fetched(this.#base + path, { ...options, headers, redirect: "error" }, parsed);
  }

  async #fetched(url, options, use) {
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.timeout(this.#timeout) });
      return await use(response);
    } catch (error) {
      if (error instanceof CaptchaError) throw error;
      const late = error.name === "TimeoutError";
      const text = late ? `No answer within ${this.#timeout} ms` : `No answer: ${error.cause?.message ?? error.message}`;
      throw new CaptchaError(text, 0, { cause: error });
    }
  }
}

async function parsed(response) {
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new CaptchaError("The answer is not JSON", response.status, { cause: error });
  }
  if (!response.ok) throw new CaptchaError(body?.error ?? `Status ${response.status}`, response.status);
  return body;
}

function encoded(image) {
  if (typeof image === "string") {
    const size = (image.length - (image.startsWith("data:") ? image.indexOf(",") + 1 : 0)) * 0.75;
    if (size > MAX_IMAGE_BYTES + 3) throw tooLarge();
    return image;
  }
  if (!(image instanceof Uint8Array)) throw new CaptchaError("An image is a Buffer or a base64 string");
  if (image.length > MAX_IMAGE_BYTES) throw tooLarge();
  return Buffer.from(image.buffer, image.byteOffset, image.byteLength).toString("base64");
}

async function readLimited(path) {
  let file;
  try {
    file = await open(path);
    if ((await file.stat()).size > MAX_IMAGE_BYTES) throw tooLarge();
    return await file.readFile();
  } catch (error) {
    if (error instanceof CaptchaError) throw error;
    throw new CaptchaError(`${path} cannot be read (${error.code})`, 0, { cause: error });
  } finally {
    await file?.close();
  }
}

async function downloadLimited(response) {
  if (!response.ok) throw new CaptchaError(`The picture's address answered ${response.status}`, response.status);
  const parts = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_IMAGE_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge() {
  return new CaptchaError(`The image has more than ${MAX_IMAGE_BYTES} bytes`);
}

module.exports = { CaptchaClient, CaptchaError, MAX_BATCH, MAX_IMAGE_BYTES };
