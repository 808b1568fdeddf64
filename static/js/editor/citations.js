// Suggestions after \cite{ : a list that the field controls, as in a combobox.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const DELAY_MS = 200;
const FEWEST = 2;
const SAID_PX = 40; // The line that stands at the foot of the window.

const list = document.createElement("ul");
list.id = "choices";
list.className = "choices";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", document.getElementById("words").dataset.papers);
list.hidden = true;
const announcer = document.createElement("p");
announcer.className = "vh";
announcer.setAttribute("role", "status");
const ruler = document.createElement("div");
ruler.className = "caret-ruler";
ruler.setAttribute("aria-hidden", "true");
text.parentElement.append(list, announcer, ruler);
text.setAttribute("aria-autocomplete", "list");

let papers = [];
let announcement = "";
let at = -1;
let waiting;
let controller;
let dismissed = null; // Where Escape closed the list: it stays closed there.

// The key that is being written at the caret: {start, end, query}, or null outside of \cite{...}.
export function citationQuery(value, caret) {
  const line = value.slice(value.lastIndexOf("\n", caret - 1) + 1, caret);
  const open = /\\cite[tp]?\*?\{([^{}]*)$/.exec(line);
  if (!open) return null;
  const query = open[1].slice(open[1].lastIndexOf(",") + 1).trimStart();
  const rest = /^[^\s{},\\]*/.exec(value.slice(caret))[0];
  return { start: caret - query.length, end: caret + rest.length, query };
}

function citationAtCaret() {
  const { selectionStart, selectionEnd, value } = text;
  return selectionStart === selectionEnd ? citationQuery(value, selectionStart) : null;
}

function close() {
  clearTimeout(waiting);
  controller?.abort();
  list.hidden = true;
  at = -1;
  announcer.textContent = "";
  text.removeAttribute("aria-activedescendant");
  text.removeAttribute("aria-controls");
}

async function ask(typed) {
  controller?.abort();
  controller = new AbortController();
  try {
    const response = await fetch(`${desk.dataset.cite}?q=${encodeURIComponent(typed)}`, { signal: controller.signal });
    if (!response.ok) return close();
    ({ papers, message: announcement } = await response.json());
  } catch { return undefined; } // The next key asks again.
  const now = citationAtCaret();
  return now && now.query === typed ? show() : close();
}

function show() {
  announcer.textContent = announcement;
  list.hidden = !papers.length;
  if (!papers.length) return;
  list.replaceChildren(...papers.map(line));
  text.setAttribute("aria-controls", list.id);
  mark(0);
  place();
}

function line(paper, number) {
  const item = document.createElement("li");
  item.id = `choice-${number}`;
  item.setAttribute("role", "option");
  const title = document.createElement("b");
  title.textContent = paper.title;
  const rest = document.createElement("small");
  rest.textContent = [paper.reference, paper.venue, paper.key, paper.summaries].filter(Boolean).join(" · ");
  item.append(title, rest);
  return item;
}

function mark(number) {
  at = (number + papers.length) % papers.length;
  for (const [place, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(place === at));
  text.setAttribute("aria-activedescendant", `choice-${at}`);
}

function step(by) {
  mark(at + by);
  list.children[at].scrollIntoView({ block: "nearest" });
}

// Under the line of the caret, which a copy of the text in the same type tells.
function place() {
  const before = document.createTextNode(text.value.slice(0, text.selectionStart));
  const caret = document.createElement("span");
  caret.textContent = "\u200b";
  ruler.replaceChildren(before, caret);
  const top = text.offsetTop - text.scrollTop + caret.offsetTop + caret.offsetHeight;
  const left = Math.min(caret.offsetLeft, text.clientWidth - list.offsetWidth - 8);
  const under = Math.min(top, text.offsetTop + text.offsetHeight);
  list.style.top = `${under}px`;
  // Over the line where it would end below the window, and there is room above; else the page goes up
  // as far as the line stays in sight.
  const box = list.getBoundingClientRect();
  const line = caret.offsetHeight;
  const below = box.bottom + SAID_PX - window.innerHeight;
  if (below > 0 && box.top - line > box.height) list.style.top = `${under - line - box.height}px`;
  else if (below > 0) window.scrollBy(0, Math.min(below, Math.max(box.top - 4 * line, 0)));
  list.style.left = `${Math.max(left, 8)}px`;
  ruler.replaceChildren();
}

function cite(number) {
  const { start, end } = citationAtCaret() ?? {};
  if (start === undefined) return close();
  const { key } = papers[number];
  const closes = text.value[end] === "}";
  const after = start + key.length + 1;
  const detail = { start, end: closes ? end + 1 : end, replacement: `${key}}`, select: [after, after] };
  close();
  text.dispatchEvent(new CustomEvent("put", { detail }));
  return undefined;
}

text.addEventListener("input", () => {
  const now = citationAtCaret();
  if (!now || now.query.length < FEWEST || now.start === dismissed) {
    if (!now || now.start !== dismissed) dismissed = null;
    return close();
  }
  clearTimeout(waiting);
  waiting = setTimeout(ask, DELAY_MS, now.query);
  return undefined;
});

text.addEventListener("keydown", (event) => {
  if (list.hidden || event.isComposing) return;
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => cite(at),
    Escape: () => {
      dismissed = citationAtCaret()?.start ?? null;
      close();
    },
  };
  if (!(event.key in keys) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keys[event.key]();
});
text.addEventListener("blur", close);
text.addEventListener("click", close);
text.addEventListener("keyup", (event) => {
  if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && !citationAtCaret()) close();
});
// Before the field loses the focus.
list.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const item = event.target.closest("li");
  if (item) cite([...list.children].indexOf(item));
});
