/** The demo site and the endpoint as children of this program; they end with it. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Refusal } from "./hosts.js";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const TOKEN_LINE = "answer key token: ";

/** The checkout's own Python, or the system's. */
export function findPython() {
  const own = process.platform === "win32" ? ".venv\\Scripts\\python.exe" : ".venv/bin/python";
  return existsSync(join(ROOT, own)) ? join(ROOT, own) : "python3";
}

/** Start the demo site on a free port: {origin, token, stop}. */
export async function startSite(python) {
  const child = new Child(python, ["-m", "scraper", "demo-site", "--port", "0", "--with-parent"], "The demo site");
  const [origin, second] = await child.lines(2);
  return { origin, token: second.replace(TOKEN_LINE, ""), stop: () => child.stop() };
}

/** Start the endpoint with a model on a free port: {origin, stop}. */
export async function startEndpoint(python, model) {
  const child = new Child(python, ["-m", "api_stub", "--model", model, "--port", "0"], "The endpoint");
  const [line] = await child.lines(1);
  return { origin: line.match(/http:\/\/\S+/)?.[0] ?? "", stop: () => child.stop() };
}

class Child {
  #name;
  #process;
  #ended;

  constructor(python, words, name) {
    this.#name = name;
    const environment = { ...process.env, PYTHONUNBUFFERED: "1" };
    this.#process = spawn(python, words, { env: environment, stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((done) => this.#process.once("close", done).once("error", done));
    process.once("exit", () => this.#process.kill());
  }

  /** The first lines of its output. */
  async lines(count) {
    const found = [];
    for await (const line of createInterface({ input: this.#process.stdout })) {
      found.push(line);
      if (found.length === count) return found;
    }
    const program = this.#process.spawnfile;
    throw new Refusal(`${this.#name} did not start with ${program}: see above, or name another --python`);
  }

  async stop() {
    this.#process.stdin.destroy();
    this.#process.kill();
    await this.#ended;
  }
}
