/**
 * How weak is a text captcha? A browser without a person opens the bundled demo site again and again, has the
 * endpoint read each picture, types what it read, and counts how often the site accepts. On this machine only.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { CaptchaClient, CaptchaError } from "../../clients/node/index.js";
import { findChromium, launch, round } from "./browser.js";
import { findPython, startEndpoint, startSite } from "./children.js";
import { loopbackOrigin, Refusal } from "./hosts.js";
import { sentence, summary, write } from "./report.js";

const KINDS = ["text", "sums"];
const USAGE = `usage: node scenario.js --model M.onnx | --endpoint URL [--site URL]
                        [--rounds N] [--kind text|sums] [--out DIR] [--json]

Measure how often a browser without a person passes the demo site's captcha.

  --model M.onnx    start the endpoint with this recogniser
  --endpoint URL    or use one that runs, such as http://127.0.0.1:5000; its key: CAPTCHA_API_KEY
  --site URL        a demo site that runs (default: one is started)
  --rounds N        tries, each as a new visitor (default: 100)
  --kind KIND       text or sums (default: text)
  --out DIR         folder for report.json and report.html (default: browser-report)
  --json            print the report as one line of JSON
  --chromium PATH   the browser (default: the system's)
  --no-sandbox      run it without its own sandbox, for a container that is one
  --python PATH     the Python of the toolkit (default: the checkout's)

example:
  node examples/browser/scenario.js --model demo-output/model.onnx`;

function options(words) {
  const text = { type: "string" };
  const known = { model: text, endpoint: text, site: text, chromium: text, python: text };
  const more = {
    rounds: { ...text, default: "100" },
    kind: { ...text, default: "text" },
    out: { ...text, default: "browser-report" },
    json: { type: "boolean", default: false },
    "no-sandbox": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: words, options: { ...known, ...more } }));
  } catch (error) {
    throw new Refusal(`${error.message.split(". ")[0]}: see --help`, 2);
  }
  if (values.help) return values;
  if ((values.model === undefined) === (values.endpoint === undefined)) {
    throw new Refusal("Give either --model M.onnx or --endpoint URL: see --help", 2);
  }
  if (!/^[1-9]\d{0,5}$/.test(values.rounds)) throw new Refusal("--rounds is a number above zero, such as 100", 2);
  if (!KINDS.includes(values.kind)) throw new Refusal(`--kind is one of ${KINDS.join(", ")}`, 2);
  for (const name of ["site", "endpoint"]) {
    if (values[name] !== undefined) values[name] = loopbackOrigin(values[name], `--${name}`);
  }
  return values;
}

async function main(words) {
  const given = options(words);
  if (given.help) return console.log(USAGE);
  const chromium = given.chromium ?? findChromium();
  const python = given.python ?? findPython();
  const open = [];
  try {
    const site = given.site === undefined ? await startSite(python) : { origin: given.site };
    open.push(site);
    const endpoint =
      given.endpoint === undefined ? await startEndpoint(python, resolve(given.model)) : { origin: given.endpoint };
    open.push(endpoint);
    const browser = await launch(chromium, loopbackOrigin(site.origin, "The demo site"), !given["no-sandbox"]);
    open.push({ stop: () => browser.close() });
    return await measure(given, browser, site, loopbackOrigin(endpoint.origin, "The endpoint"));
  } finally {
    for (const one of open.reverse()) await one.stop?.();
  }
}

async function measure(given, browser, site, endpoint) {
  const client = new CaptchaClient(endpoint, { apiKey: process.env.CAPTCHA_API_KEY });
  const model = (await client.health()).version;
  const wanted = Number(given.rounds);
  const rounds = [];
  for (let number = 1; number <= wanted; number++) {
    const outcome = await round(browser, site.origin, given.kind, (picture) => reading(client, picture));
    rounds.push({ round: number, ...outcome });
    if (number % 10 === 0 && number < wanted) {
      const accepted = rounds.filter((one) => one.accepted).length;
      console.error(`round ${number} of ${wanted}: ${accepted} accepted`);
    }
  }
  const date = new Date().toISOString();
  const counted = site.token === undefined ? null : (await counts(site)).accepted;
  const facts = { date, site: site.origin, endpoint, model, kind: given.kind, site_accepted: counted };
  const told = summary(facts, rounds);
  const path = await write(given.out, told, rounds);
  console.log(given.json ? JSON.stringify(told) : `${sentence(told)}\nThe report is ${path}`);
}

/** What to type for a picture; a picture that the endpoint refuses is a try that fails, not the end. */
async function reading(client, picture) {
  try {
    const { answer, prediction, confidence } = await client.predict(picture);
    return { text: answer ?? prediction, confidence };
  } catch (error) {
    const unclear = error instanceof CaptchaError && error.status === 400;
    if (unclear) return { text: "", confidence: 0, problem: error.message };
    throw new Refusal(`The endpoint does not read the picture: ${error.message}`);
  }
}

/** What the demo site counted itself; a check on what its pages told. */
async function counts(site) {
  const answer = await fetch(`${site.origin}/counts?token=${site.token}`, { redirect: "error" });
  return answer.json();
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
try {
  await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof Refusal || error instanceof CaptchaError;
  console.error(expected ? `scenario: ${error.message}` : error);
  process.exitCode = error.status >= 1 && error.status <= 2 ? error.status : 1;
}
