/** What a run comes to: the share that passed with its 95 % interval, as JSON and as a page. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const Z = 1.959964; // 95 % of a normal distribution lie within so many standard deviations
const SHOWN = 50;

/** The 95 % interval of a share (Wilson's), which stays within 0..1 and is right for 0 of n and n of n too. */
export function interval(passed, tries) {
  const share = passed / tries;
  const middle = share + Z ** 2 / (2 * tries);
  const half = Z * Math.sqrt((share * (1 - share)) / tries + Z ** 2 / (4 * tries ** 2));
  const scale = 1 + Z ** 2 / tries;
  // At the ends the formula is exact, but its arithmetic is not.
  return [passed === 0 ? 0 : (middle - half) / scale, passed === tries ? 1 : (middle + half) / scale];
}

/** The facts of a run from its rounds, without their pictures. */
export function summary(facts, rounds) {
  const accepted = rounds.filter((round) => round.accepted).length;
  return {
    ...facts,
    rounds: rounds.length,
    accepted,
    share: accepted / rounds.length,
    interval_95: interval(accepted, rounds.length),
    results: rounds.map(({ picture, ...told }) => told),
  };
}

/** The run in one sentence. */
export function sentence({ rounds, accepted, share, interval_95: [low, high] }) {
  return (
    `${accepted} of ${rounds} accepted: without a person this captcha is passed in ${percent(share)} of the tries ` +
    `(95 % interval ${percent(low)} to ${percent(high)})`
  );
}

function percent(share) {
  return `${(100 * share).toFixed(1).replace(/\.0$/, "")} %`;
}

/** Write report.json and report.html into a folder; returns the path of the page. */
export async function write(folder, told, rounds) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "report.json"), JSON.stringify(told, null, 1) + "\n");
  const path = join(folder, "report.html");
  await writeFile(path, page(told, rounds));
  return path;
}

/** The page; pictures are inside it. */
export function page(told, rounds) {
  const refused = rounds.filter((round) => !round.accepted);
  const [low, high] = told.interval_95;
  const facts = [
    ["Rounds", `${told.rounds}, each as a new visitor`],
    ["Kind of captcha", told.kind],
    ["Model", told.model],
    ["Demo site", told.site],
    ["Endpoint", told.endpoint],
    ["The site's own count", told.site_accepted === null ? "not asked" : `${told.site_accepted} accepted`],
    ["When", told.date],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Captcha passed without a person</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head>
<body><main>
<h1>${percent(told.share)} passed</h1>
<p>${escaped(sentence(told))}.</p>
<div class="bar" role="img" aria-label="95 % interval ${percent(low)} to ${percent(high)}">
<i style="left:${100 * low}%;width:${100 * (high - low)}%"></i><b style="left:${100 * told.share}%"></b></div>
<div class="scale"><span>0 %</span><span>50 %</span><span>100 %</span></div>
<p>A captcha is meant to let nobody pass who is not a person. What a program passes in every tenth try holds no program
up, since a try costs it nothing: look at the upper end of the interval.</p>
<table>${facts.map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`).join("\n")}</table>
${refused.length ? `<h2>Refused</h2>\n<ul>${refused.slice(0, SHOWN).map(card).join("\n")}</ul>` : ""}
${refused.length > SHOWN ? `<p>The other ${refused.length - SHOWN} are in report.json.</p>` : ""}
</main></body></html>
`.replaceAll(/(?<=>[^<]*\d) %/g, "&nbsp;%");
}

function card({ picture, text, confidence, round, problem }) {
  const image = picture ? `<img src="data:image/png;base64,${picture.toString("base64")}" alt="captcha ${round}">` : "";
  const said = problem ?? `typed ${text || "nothing"}, confidence ${percent(confidence)}`;
  return `<li>${image}<span>round ${round}: ${escaped(said)}</span></li>`;
}

function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (char) => names[char]);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #d5dae1; --accent: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14181f; --line: #39424f; --accent: #f0955a; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1 { font-size: 2.5rem; margin: 0; } h2 { margin-top: 2rem; }
.bar { position: relative; height: 1.5rem; border: 1px solid var(--line); border-radius: 4px; margin-top: 1.5rem; }
.bar i { position: absolute; top: 0; bottom: 0; background: var(--accent); opacity: .35; }
.bar b { position: absolute; top: -4px; bottom: -4px; width: 3px; margin-left: -1.5px; background: var(--accent); }
.scale { display: flex; justify-content: space-between; font-size: .85rem; opacity: .8; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; vertical-align: top;
border-bottom: 1px solid var(--line); } th { width: 12rem; font-weight: 600; } td { overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; display: grid; gap: 1rem; }
ul { grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
li { border: 1px solid var(--line); border-radius: 6px; padding: .75rem; }
li img { display: block; max-width: 100%; margin-bottom: .5rem; background: #fff; } li span { font-size: .9rem; }
`;
