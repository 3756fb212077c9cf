/** The system's Chromium, held on this machine, and one round of the scenario in it. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium } from "playwright-core";

import { isLoopback, Refusal } from "./hosts.js";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const SITE = "captcha-demo-site";
const TIMEOUT_MS = 30_000;

/** The path of the system's Chromium. */
export function findChromium() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of PROGRAMS) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  throw new Refusal("Chromium is not installed: install it (apt-get install chromium), or name one with --chromium");
}

/** A browser that finds no host but the one of `origin`: no name is looked up, no other address is connected to. */
export function launch(executablePath, origin, sandbox) {
  const host = new URL(origin).hostname;
  return chromium.launch({
    executablePath,
    chromiumSandbox: sandbox && process.getuid?.() !== 0, // Chromium has none for root
    args: [
      `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${host}`,
      "--no-proxy-server",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--force-color-profile=srgb",
    ],
  });
}

/**
 * Visit the captcha page as a new visitor, read its picture with `read`, type the text, send it.
 * Returns {text, confidence, accepted, picture, milliseconds}, and what else `read` told. Throws a Refusal when
 * the page leads elsewhere.
 */
export async function round(browser, origin, kind, read) {
  const started = performance.now();
  const context = await browser.newContext({ deviceScaleFactor: 1, serviceWorkers: "block", acceptDownloads: false });
  context.setDefaultTimeout(TIMEOUT_MS);
  const strayed = [];
  try {
    const page = await context.newPage();
    context.on("page", (other) => other.close().catch(() => {})); // no second window
    await holdHere(context, page, strayed);
    const outcome = await solve(page, origin, kind, read);
    return { ...outcome, milliseconds: Math.round(performance.now() - started) };
  } catch (error) {
    if (strayed.length || error instanceof Refusal) throw error;
    throw new Refusal(`The page at ${origin}/${kind}/ is not as expected: ${error.message.split("\n")[0]}`);
  } finally {
    await context.close().catch(() => {}); // it may be closed already
    if (strayed.length) throw new Refusal(`The site led to ${strayed[0]}, which is not on this machine: stopped there`);
  }
}

/** Stop every request to another host before it leaves, those that a redirect makes included. */
async function holdHere(context, page, strayed) {
  const session = await context.newCDPSession(page);
  session.on("Fetch.requestPaused", async ({ requestId, request }) => {
    const here = isLoopback(request.url);
    if (!here) strayed.push(request.url);
    const decision = here ? ["Fetch.continueRequest", {}] : ["Fetch.failRequest", { errorReason: "BlockedByClient" }];
    // The page may be gone by now.
    await session.send(decision[0], { requestId, ...decision[1] }).catch(() => {});
    if (!here) await context.close().catch(() => {}); // so that nobody waits for what will not come
  });
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
}

async function solve(page, origin, kind, read) {
  const answer = await page.goto(`${origin}/${kind}/`);
  const server = (await answer.headerValue("server")) ?? "";
  if (!server.startsWith(SITE)) {
    throw new Refusal(`At ${origin} is not the bundled demo site, the only one whose captcha this scenario answers`);
  }
  const image = page.locator("img#captcha");
  await image.evaluate((element) => element.decode());
  const picture = await image.screenshot();
  const reading = await read(picture);
  await page.locator("input[name=answer]").pressSequentially(reading.text);
  await page.locator("form#answer button").click();
  await page.waitForURL(`${origin}/submit`);
  const verdict = await page.locator("p").innerText();
  if (verdict !== "accepted" && verdict !== "refused") throw new Error(`it said "${verdict}"`);
  return { ...reading, accepted: verdict === "accepted", picture };
}
