// The live preview: the server renders, with the same code as for the page; and what it found.

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const preview = document.getElementById("preview");
const hints = document.getElementById("hints");
const messages = document.getElementById("words").dataset;
const DELAY_MS = 400;
const SLOW_MS = 300;

let waiting;
let controller;

async function show() {
  controller?.abort();
  controller = new AbortController();
  const { signal } = controller;
  const body = new FormData();
  body.set("text", text.value);
  body.set("summary", desk.dataset.summary);
  body.set("csrfmiddlewaretoken", desk.elements.csrfmiddlewaretoken.value);
  const slow = setTimeout(() => preview.setAttribute("aria-busy", "true"), SLOW_MS);
  try {
    const response = await fetch(desk.dataset.preview, { method: "POST", body, signal });
    const fragment = await response.text();
    // 422 is a fragment too: why the text is refused. Anything else is a page of its own; that
    // there is no connection or no session any more, saving tells.
    if (!response.redirected && (response.status === 200 || response.status === 422)) fill(fragment);
  } catch { /* Aborted by the next key, or no connection. */ } finally {
    clearTimeout(slow);
    if (!signal.aborted) preview.removeAttribute("aria-busy");
  }
}

function fill(fragment) {
  const page = new DOMParser().parseFromString(fragment, "text/html");
  const problems = page.querySelector(".problems");
  problems?.remove();
  // Only what changed, and never while somebody is about to press a button there.
  if (hints.innerHTML !== (problems?.outerHTML ?? "")) hints.replaceChildren(...(problems ? [problems] : []));
  tellProblems();
  const prose = page.querySelector(".prose");
  const shown = preview.querySelector(".prose");
  if (prose && shown) {
    morph(shown, prose);
    Object.assign(shown.dataset, prose.dataset);
  } else {
    preview.replaceChildren(...page.body.childNodes);
  }
  count(prose);
  // What scrolls must be reached by keyboard.
  const pane = preview.parentElement;
  if (pane.scrollHeight > pane.clientHeight) pane.tabIndex = 0;
  else pane.removeAttribute("tabindex");
  if (document.activeElement === text) follow();
}

// Equal blocks at the beginning and at the end stay as they are, with their scrolling.
export function morph(shown, prose) {
  const old = [...shown.childNodes];
  const fresh = [...prose.childNodes];
  let first = 0;
  while (first < old.length && first < fresh.length && old[first].isEqualNode(fresh[first])) first += 1;
  let last = 0;
  while (
    last < old.length - first && last < fresh.length - first &&
    old.at(-1 - last).isEqualNode(fresh.at(-1 - last))
  ) last += 1;
  for (const node of old.slice(first, old.length - last)) node.remove();
  const anchor = last ? old.at(-last) : null;
  for (const node of fresh.slice(first, fresh.length - last)) shown.insertBefore(node, anchor);
}

// They stand under the text; the line that is always in sight says how many there are.
function tellProblems() {
  const link = desk.querySelector("[data-problems]");
  const number = hints.querySelectorAll("li:has([data-line])").length;
  link.hidden = number === 0;
  link.querySelector("span").textContent = number;
}

function count(prose) {
  if (!prose) return;
  desk.querySelector("[data-count]").textContent = prose.dataset.words;
  desk.querySelector("[data-minutes]").textContent = prose.dataset.minutes;
}

text.addEventListener("input", () => {
  clearTimeout(waiting);
  if (text.value.trim()) {
    waiting = setTimeout(show, DELAY_MS);
    return;
  }
  controller?.abort();
  const nothing = document.createElement("p");
  nothing.className = "nothing";
  nothing.textContent = messages.nothing;
  preview.replaceChildren(nothing);
  hints.replaceChildren();
  tellProblems();
  for (const name of ["count", "minutes"]) desk.querySelector(`[data-${name}]`).textContent = "";
});

// -- the preview follows the caret -----------------------------------------------------------

// Between two headings by lines: both sides have the same ones.
function follow() {
  const pane = preview.parentElement;
  if (pane.scrollHeight <= pane.clientHeight) return;
  const lines = text.value.split("\n");
  const at = text.value.slice(0, text.selectionStart).split("\n").length - 1;
  const marks = headingLines(lines);
  const headings = [...preview.querySelectorAll(".prose > :is(h3, h4, h5, h6)")].map((one) => one.offsetTop);
  if (headings.length !== marks.length) return;
  const part = marks.filter((mark) => mark <= at).length;
  const from = part ? marks[part - 1] : 0;
  const to = marks[part] ?? lines.length;
  const top = part ? headings[part - 1] : 0;
  const bottom = headings[part] ?? pane.scrollHeight;
  const place = top + ((bottom - top) * (at - from)) / Math.max(to - from, 1);
  const isSeen = place > pane.scrollTop + 48 && place < pane.scrollTop + pane.clientHeight - 48;
  if (!isSeen) pane.scrollTop = place - pane.clientHeight / 3;
}

// The numbers of the lines that are headings; what looks like one in a block of code is none.
export function headingLines(lines) {
  const numbers = [];
  let isCode = false;
  for (const [number, line] of lines.entries()) {
    if (/^ {0,3}(?:```|~~~)/.test(line)) isCode = !isCode;
    else if (!isCode && /^ {0,3}#{1,6} /.test(line)) numbers.push(number);
  }
  return numbers;
}

let following;
document.addEventListener("selectionchange", () => {
  clearTimeout(following);
  if (document.activeElement === text) following = setTimeout(follow, 150);
});

// -- to the line, or the remedy --------------------------------------------------------------

// What a press on a problem does to the text: its line is selected, or its fix put in.
export function editFor(value, { line: number, found: mistake, fix }) {
  const lines = value.split("\n");
  const line = Math.min(Number(number), lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
  const at = fix ? lines[line].indexOf(mistake) : -1;
  // The text may have changed since it was looked at: then the line is the next best.
  return at < 0
    ? { start, end: start, replacement: "", select: [start, start + lines[line].length] }
    : { start: start + at, end: start + at + mistake.length, replacement: fix };
}

hints.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-line]");
  if (!button) return;
  const detail = editFor(text.value, button.dataset);
  text.dispatchEvent(new CustomEvent("put", { detail }));
});
