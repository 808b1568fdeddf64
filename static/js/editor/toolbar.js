// The writing page: toolbar, keys, one pane at a time on narrow screens. The other modules of the
// page (editor/*.js) put text in by the event "put", so that undo works for all of them.

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const tools = desk.querySelector(".tools");

tools.hidden = false;
desk.querySelector(".swap").hidden = false;

// -- putting text in -------------------------------------------------------------------------

// detail: {start, end, replacement, select: [from, to]}, all places in the text; select is after.
text.addEventListener("put", ({ detail }) => {
  const { start = text.selectionStart, end = text.selectionEnd, replacement, select } = detail;
  // Whoever works elsewhere on the page stays there.
  const elsewhere = document.activeElement !== text && detail.stay ? document.activeElement : null;
  text.focus();
  text.setSelectionRange(start, end);
  // execCommand keeps the browser's undo; setRangeText would lose it.
  const isDone = replacement === "" && start === end ? true
    : document.execCommand(replacement === "" ? "delete" : "insertText", false, replacement);
  if (!isDone) {
    text.setRangeText(replacement, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) text.setSelectionRange(...select);
  if (elsewhere === document.body) text.blur();
  else elsewhere?.focus();
});

function put(detail) {
  text.dispatchEvent(new CustomEvent("put", { detail }));
}

// -- toolbar ---------------------------------------------------------------------------------

function chosen() {
  const { selectionStart: start, selectionEnd: end, value } = text;
  return { start, end, selected: value.slice(start, end), before: value.slice(0, start), value };
}

function wrap(open, close) {
  const { start, end, selected, value } = chosen();
  const isWrapped = value.slice(start - open.length, start) === open && value.slice(end, end + close.length) === close;
  if (isWrapped && selected) {
    put({
      start: start - open.length, end: end + close.length, replacement: selected,
      select: [start - open.length, end - open.length],
    });
    return;
  }
  const begin = start + open.length;
  put({ replacement: open + selected + close, select: [begin, begin + selected.length] });
}

// Around whole lines: a fence, or dollars of their own.
function fence(open, close) {
  const { start, selected, before } = chosen();
  const lead = before === "" || before.endsWith("\n") ? "" : "\n";
  const begin = start + lead.length + open.length + 1;
  put({ replacement: `${lead}${open}\n${selected}\n${close}\n`, select: [begin, begin + selected.length] });
}

// Every line of the choice gets the mark, or loses it when all have it.
function mark(sign) {
  const { value, end } = chosen();
  const start = value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const next = value.indexOf("\n", Math.max(end - 1, start));
  const stop = next < 0 ? value.length : Math.max(next, end);
  const lines = value.slice(start, stop).split("\n");
  const isMarked = lines.every((line) => line.startsWith(sign));
  const marked = lines.map((line) => (isMarked ? line.slice(sign.length) : sign + line));
  const replacement = marked.join("\n");
  const caret = end - start + (isMarked ? -1 : 1) * sign.length * lines.length;
  const place = start + Math.max(Math.min(caret, replacement.length), 0);
  put({ start, end: stop, replacement, select: lines.length > 1 ? [start, start + replacement.length] : [place, place] });
}

function link() {
  const { start, selected } = chosen();
  const isAddress = /^https?:\/\/\S+$/.test(selected);
  const written = isAddress ? `[](${selected})` : `[${selected}](https://)`;
  // First what is missing: the words, then the address.
  const place = selected && !isAddress ? start + written.length - 1 : start + 1;
  put({ replacement: written, select: [place, place] });
}

const deeds = {
  bold: () => wrap("**", "**"),
  italic: () => wrap("*", "*"),
  heading: () => mark("## "),
  quote: () => mark("> "),
  list: () => mark("- "),
  code: () => (chosen().selected.includes("\n") ? fence("```", "```") : wrap("`", "`")),
  formula: () => (chosen().selected.includes("\n") ? fence("$$", "$$") : wrap("$", "$")),
  cite: () => wrap("\\cite{", "}"),
  link,
  picture: () => document.getElementById("picture").click(),
  template: () => {
    const replacement = document.getElementById("headings").content.textContent;
    const first = replacement.indexOf("\n") + 2;
    put({ start: 0, end: text.value.length, replacement, select: [first, first] });
  },
};

desk.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tool]");
  if (button) deeds[button.dataset.tool]();
});

// One stop for the Tab key, arrows inside: https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/
const buttons = [...tools.querySelectorAll("button")];
for (const button of buttons.slice(1)) button.tabIndex = -1;
tools.addEventListener("keydown", (event) => {
  const at = buttons.indexOf(document.activeElement);
  const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
  if (!(event.key in places)) return;
  event.preventDefault();
  const next = buttons.at(places[event.key] % buttons.length);
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
});

text.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
  const pressed = {
    b: deeds.bold,
    i: deeds.italic,
    k: deeds.link,
    Enter: () => desk.requestSubmit(desk.querySelector("button.main[value=publish]")),
  }[event.key];
  if (pressed) {
    event.preventDefault();
    pressed();
  }
});

// -- an empty page ---------------------------------------------------------------------------

const offer = desk.querySelector("[data-tool=template]");
function offerHeadings() {
  offer.hidden = text.value.trim() !== "";
}
offerHeadings();
text.addEventListener("input", offerHeadings);

if (document.getElementById("problem")) document.getElementById("problem").focus();

for (const time of document.querySelectorAll("time[data-local]")) {
  const at = new Date(time.dateTime);
  const { lang } = document.documentElement;
  const day = at.toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short" });
  time.textContent = `${day} ${at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

// -- narrow screens: one pane at a time ------------------------------------------------------

desk.querySelector(".swap").addEventListener("click", (event) => {
  const tab = event.target.closest("[data-pane]");
  if (!tab) return;
  event.preventDefault();
  for (const other of desk.querySelectorAll("[data-pane]")) other.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "page");
  desk.classList.toggle("shows-preview", tab.dataset.pane === "preview");
});
