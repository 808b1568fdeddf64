// Suggestions under a search field; site.js fetches this at the first focus of one. Without it the
// form searches all the same.
"use strict";

{ // Names of its own: pages have scripts too.
const WAIT_MS = 150;
const box = document.createElement("ul");
const announcer = document.createElement("p");
let field = null, controller = null, timer = 0, at = -1;

box.id = box.className = "suggested";
box.setAttribute("role", "listbox");
announcer.className = "vh";
announcer.setAttribute("role", "status");

function take(input) {
  shut();
  field = input;
  box.setAttribute("aria-label", input.form.dataset.label);
  input.form.append(box, announcer);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", box.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
}

function shut() {
  clearTimeout(timer);
  controller?.abort();
  box.hidden = true;
  box.replaceChildren();
  announcer.textContent = "";
  mark(-1);
  field?.setAttribute("aria-expanded", "false");
}

function mark(place) {
  at = place;
  [...box.children].forEach((line, number) => { line.setAttribute("aria-selected", number === at); });
  if (at < 0) return field?.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", box.children[at].id);
  box.children[at].scrollIntoView({ block: "nearest" });
}

async function ask() {
  const query = field.value.trim();
  if (query.length < 2) return shut();
  controller?.abort();
  controller = new AbortController();
  try {
    const response = await fetch(`${field.form.dataset.suggest}?q=${encodeURIComponent(query)}`, { signal: controller.signal });
    if (!response.ok) return shut();
    show(await response.json());
  } catch (error) {
    if (error.name !== "AbortError") shut();
  }
}

function show([, titles, details, addresses, count]) {
  if (!titles.length || document.activeElement !== field) return shut();
  box.replaceChildren(...titles.map((title, number) => {
    const line = document.createElement("li");
    line.id = `suggested-${number}`;
    line.setAttribute("role", "option");
    line.dataset.to = addresses[number];
    line.append(document.createElement("b"), document.createElement("small"));
    line.children[0].textContent = title;
    line.children[1].textContent = details[number];
    return line;
  }));
  box.hidden = false;
  field.setAttribute("aria-expanded", "true");
  announcer.textContent = count;
  mark(-1);
}

document.addEventListener("focusin", ({ target }) => target.matches("[data-suggest] [type=search]") && target !== field && take(target));
document.addEventListener("focusout", ({ target }) => target === field && shut());
document.addEventListener("input", ({ target }) => {
  if (target !== field) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field || box.hidden || event.isComposing) return;
  const lines = box.children.length;
  if (event.key === "ArrowDown") mark(at + 1 < lines ? at + 1 : -1);
  else if (event.key === "ArrowUp") mark(at < 0 ? lines - 1 : at - 1);
  else if (event.key === "Escape") shut();
  else if (event.key === "Enter" && at >= 0) location.assign(box.children[at].dataset.to);
  else return;
  event.preventDefault();
});
// The field keeps the focus while a line is pressed, so that the list is still there for the click.
box.addEventListener("mousedown", (event) => event.preventDefault());
box.addEventListener("click", ({ target }) => {
  const line = target.closest("[data-to]");
  if (line) location.assign(line.dataset.to);
});

if (document.activeElement?.matches("[data-suggest] [type=search]")) {
  take(document.activeElement);
  if (field.value !== field.defaultValue) ask();
}
}
