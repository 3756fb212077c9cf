"use strict";

const EARLIER = 8;
const element = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(share < 0.9995 && share > 0.99 ? 1 : 0)}\u00a0%`;
let latest = null;

/* A file is read as soon as it arrives; if another one follows, only the last answer is shown. */
async function read(file) {
  latest = file;
  showPicture(URL.createObjectURL(file));
  const form = new FormData();
  form.append("image", file);
  const started = performance.now();
  try {
    const response = await fetch("predict", { method: "POST", body: form });
    const body = await response.json();
    if (latest !== file) return;
    if (response.ok) showReading(body, performance.now() - started);
    else showProblem(body.error);
  } catch {
    if (latest === file) showProblem("The endpoint does not answer. Is it still running?");
  } finally {
    if (latest === file) element("drop").classList.remove("busy");
  }
}

function showPicture(url) {
  const picture = element("picture");
  remember();
  picture.onload = () => enlarge(picture);
  picture.onerror = () => { picture.hidden = true; };
  picture.src = url;
  picture.hidden = false;
  element("drop").classList.add("filled", "busy");
  element("invitation").lastElementChild.textContent = "Drop, choose or paste the next one";
  element("problem").hidden = true;
}

/* Small pictures are shown at a whole multiple of their size, so that every pixel stays square. */
function enlarge(picture) {
  const room = Math.min((element("drop").clientWidth - 64) / picture.naturalWidth, 224 / picture.naturalHeight);
  picture.style.width = room >= 2 ? `${Math.min(4, Math.floor(room)) * picture.naturalWidth}px` : "";
}

function showReading(reading, milliseconds) {
  element("characters").replaceChildren(...reading.characters.map(tile));
  if (!reading.characters.length) element("characters").textContent = "No text found";
  element("answer").textContent = reading.answer ?? "";
  element("answer-fact").hidden = reading.answer === null;
  element("confidence").textContent = percent(reading.confidence);
  element("type").textContent = reading.type ?? "";
  element("type-fact").hidden = reading.type === null;
  element("time").textContent = `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  element("copy").dataset.text = reading.prediction;
  element("copy").textContent = "Copy text";
  element("reading").hidden = false;
}

function tile({ char, confidence }) {
  const box = document.createElement("span");
  const share = document.createElement("small");
  box.className = "char";
  box.style.setProperty("--p", confidence);
  share.textContent = percent(confidence);
  box.append(char, share);
  return box;
}

function showProblem(text) {
  element("reading").hidden = true;
  element("problem").textContent = text;
  element("problem").hidden = false;
}

/* The picture that is on the stage, with its text, moves to the row of earlier ones. */
function remember() {
  if (element("reading").hidden || element("picture").hidden) return;
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.src = element("picture").src;
  picture.alt = "";
  item.append(picture, element("copy").dataset.text || "no text");
  const history = element("history");
  history.prepend(item);
  while (history.children.length > EARLIER) {
    URL.revokeObjectURL(history.lastElementChild.firstElementChild.src);
    history.lastElementChild.remove();
  }
  element("earlier").hidden = false;
}

async function showModel() {
  try {
    const response = await fetch("info");
    const info = await response.json();
    if (!response.ok) throw new Error(info.error);
    const { alphabet, exact_match: right, types } = info.model;
    const facts = [`${alphabet.length} characters`];
    if (types.length > 1) facts.push(`${types.length} types`);
    if (right !== null) facts.push(`${percent(right)} read right in its test`);
    element("model").textContent = `Model ready: ${facts.join(", ")}`;
  } catch (problem) {
    element("model").textContent = problem.message;
  }
}

function listen() {
  const drop = element("drop");
  const first = (list) => { if (list.length) read(list[0]); };
  element("file").addEventListener("change", (event) => { first(event.target.files); event.target.value = ""; });
  document.addEventListener("paste", (event) => first(event.clipboardData.files));
  document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    first(event.dataTransfer.files);
  });
  element("copy").addEventListener("click", async ({ target }) => {
    await navigator.clipboard.writeText(target.dataset.text);
    target.textContent = "Copied";
  });
}

element("example").textContent = `curl -F image=@picture.png ${new URL("predict", location.href)}`;
listen();
showModel();
