import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isLoopback, loopbackOrigin, Refusal } from "./hosts.js";
import { interval, page, sentence, summary } from "./report.js";

describe("where the scenario may go", () => {
  const here = [
    "http://127.0.0.1",
    "http://127.0.0.1:8000/text/",
    "http://127.8.9.10:1",
    "http://127.1:80",
    "http://0x7f.0.0.1/",
    "http://2130706433/",
    "http://[::1]:5000/",
    "HTTP://127.0.0.1./",
  ];
  const elsewhere = [
    "http://0.0.0.0:8000",
    "http://0",
    "http://localhost:8000",
    "http://localhost.localdomain",
    "http://example.com",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1%2eexample.com",
    "http://127.0.0.1@example.com",
    "http://example.com#127.0.0.1",
    "http://example.com/?http://127.0.0.1",
    "http://128.0.0.1",
    "http://10.0.0.1",
    "http://192.168.1.1",
    "http://169.254.169.254",
    "http://[::]:8000",
    "http://[::2]",
    "http://[::ffff:127.0.0.1]:8000",
    "http://[::127.0.0.1]",
    "http://[fe80::1]",
    "http://[2001:db8::1]",
    "https://127.0.0.1",
    "ws://127.0.0.1",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "data:text/html,x",
    "javascript:alert(1)",
    "127.0.0.1:8000",
    "//127.0.0.1",
    "",
    " ",
  ];
  for (const address of here) it(`takes ${address}`, () => assert.ok(isLoopback(address)));
  for (const address of elsewhere) {
    it(`refuses ${address}`, () => {
      assert.ok(!isLoopback(address));
      assert.throws(() => loopbackOrigin(address, "--site"), (error) => error instanceof Refusal && error.status === 2);
    });
  }
  it("takes the origin alone, and no password", () => {
    assert.equal(loopbackOrigin("http://127.1:8000/text/?a#b", "--site"), "http://127.0.0.1:8000");
    assert.throws(() => loopbackOrigin("http://me:secret@127.0.0.1/", "--site"), Refusal);
  });
});

describe("the arithmetic", () => {
  it("gives Wilson's interval", () => {
    // Figures of the formula, worked out apart.
    const known = [
      [81, 100, 0.7222, 0.8749],
      [1, 10, 0.0179, 0.4042],
      [15, 148, 0.0624, 0.1605],
    ];
    for (const [passed, tries, low, high] of known) {
      const found = interval(passed, tries);
      const off = Math.max(Math.abs(found[0] - low), Math.abs(found[1] - high));
      assert.ok(off < 0.0005, `${passed}/${tries}: ${found}`);
    }
  });

  it("stays within 0 and 1 at the ends", () => {
    for (const tries of [1, 2, 10, 100, 12345]) {
      const [none, all] = [interval(0, tries), interval(tries, tries)];
      assert.ok(none[0] === 0 && none[1] > 0 && all[1] === 1 && all[0] < 1);
      assert.ok(Math.abs(none[1] + all[0] - 1) < 1e-9);
    }
  });

  it("counts what was accepted, and leaves the pictures to the page", () => {
    const picture = Buffer.from("png");
    const rounds = [
      { round: 1, text: "A", confidence: 0.9, accepted: true, picture },
      { round: 2, text: "<b>&", confidence: 0.125, accepted: false, picture },
    ];
    const told = summary({ site: "s", endpoint: "e", model: "m", kind: "text", site_accepted: 1, date: "d" }, rounds);
    assert.deepEqual([told.rounds, told.accepted, told.share, told.results[0].picture], [2, 1, 0.5, undefined]);
    assert.match(sentence(told), /^1 of 2 accepted: .* in 50 % of the tries \(95 % interval 9.5 % to 90.5 %\)$/);
    const html = page(told, rounds);
    assert.ok(html.includes("typed &lt;b&gt;&amp;, confidence 12.5&nbsp;%") && !html.includes("<b>&"));
    assert.ok(html.includes(`data:image/png;base64,${picture.toString("base64")}`));
  });
});
