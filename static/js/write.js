// The writing page: toolbar, live preview from the server, and a copy in the browser for bad days.
"use strict";

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const preview = document.getElementById("preview");
const said = desk.querySelector("[data-said]");
const PREVIEW_DELAY_MS = 400;
const KEEP_DELAY_MS = 500;

// -- toolbar ---------------------------------------------------------------------------------

desk.querySelector(".tools").hidden = false;
desk.querySelector(".swap").hidden = false;

function insert(before, after) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  text.focus();
  // execCommand keeps the browser's undo; setRangeText would lose it.
  if (!document.execCommand("insertText", false, before + chosen + after)) {
    text.setRangeText(before + chosen + after, start, end, "end");
    text.dispatchEvent(new Event("input"));
  }
  text.setSelectionRange(start + before.length, start + before.length + chosen.length);
}

function beginLine(mark) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const place = text.selectionStart;
  text.focus();
  text.setSelectionRange(start, start);
  if (!document.execCommand("insertText", false, mark)) {
    text.setRangeText(mark, start, start, "end");
    text.dispatchEvent(new Event("input"));
  }
  text.setSelectionRange(place + mark.length, place + mark.length);
}

for (const button of desk.querySelectorAll(".tools button")) {
  button.addEventListener("click", () => {
    if (button.dataset.line) beginLine(button.dataset.line);
    else insert(...button.dataset.wrap.split("|"));
  });
}

text.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const deeds = {
    b: () => insert("**", "**"),
    i: () => insert("*", "*"),
    k: () => insert("[", "](https://)"),
    Enter: () => desk.requestSubmit(desk.querySelector("button[value=publish]")),
  };
  const deed = deeds[event.key];
  if (deed) {
    event.preventDefault();
    deed();
  }
});

// -- preview ---------------------------------------------------------------------------------

let waiting;
let asking;
let trouble = ""; // Stays on the state line until a preview succeeds.

function complain(words) {
  trouble = said.textContent = words;
}

async function showPreview() {
  asking?.abort();
  asking = new AbortController();
  const body = new FormData();
  body.set("text", text.value);
  body.set("summary", desk.dataset.summary);
  body.set("csrfmiddlewaretoken", desk.elements.csrfmiddlewaretoken.value);
  let answer;
  let fragment;
  try {
    answer = await fetch(desk.dataset.preview, { method: "POST", body, signal: asking.signal });
    fragment = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") complain("No connection. Your text is kept in this browser.");
    return;
  }
  if (answer.redirected || answer.status === 403) {
    complain("You are signed out. Your text is kept in this browser.");
    return;
  }
  if (answer.status === 429) {
    complain(fragment);
    return;
  }
  trouble = "";
  // 422 is a fragment too: why the text is refused. Anything else is a page of its own.
  if (answer.status !== 200 && answer.status !== 422) return;
  preview.innerHTML = fragment;
  const prose = preview.querySelector("[data-words]");
  if (!prose) return;
  const words = Number(prose.dataset.words);
  desk.querySelector("[data-count]").textContent = `${words.toLocaleString("en")} word${words === 1 ? "" : "s"}`;
  desk.querySelector("[data-minutes]").textContent = `${prose.dataset.minutes} min read`;
}

// -- a copy in the browser -------------------------------------------------------------------

const key = desk.dataset.keep;
const kept = document.getElementById("kept");
// What the server has; a text that it refused or only previewed is nowhere but here.
const saved = "unsaved" in desk.dataset ? null : text.value;
let keeping;

function readKept() {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

// An older copy that nobody has answered for yet stays beside the new one.
const found = readKept();
const copy = [found?.older, found?.text].findLast((one) => one?.trim() && one !== text.value);
if (copy) kept.hidden = false;

function keep() {
  clearTimeout(keeping);
  const older = kept.hidden ? undefined : copy;
  try {
    if (text.value !== saved) {
      localStorage.setItem(key, JSON.stringify({ text: text.value, older, at: Date.now() }));
      said.textContent = trouble || "Kept in this browser.";
    } else if (older === undefined) {
      localStorage.removeItem(key);
      said.textContent = "";
    }
  } catch { /* A full or forbidden storage only costs the copy. */ }
}
kept.addEventListener("click", (event) => {
  const choice = event.target.dataset.kept;
  if (!choice) return;
  kept.hidden = true;
  text.focus();
  if (choice === "use") {
    // Like typing, so that undo brings back what stood there.
    text.select();
    if (!document.execCommand("insertText", false, copy)) text.value = copy;
    text.dispatchEvent(new Event("input"));
  }
  keep();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden && text.value !== text.defaultValue) keep();
});

text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(showPreview, PREVIEW_DELAY_MS);
  clearTimeout(keeping);
  keeping = setTimeout(keep, KEEP_DELAY_MS);
});

// The copy goes only when the server has the text: the page that follows a save shows it.
desk.addEventListener("submit", () => {
  keep();
  try { sessionStorage.setItem("saving", key); } catch { /* see above */ }
});
if (document.getElementById("problem")) document.getElementById("problem").focus();

// -- narrow screens: one pane at a time ------------------------------------------------------

desk.querySelector(".swap").addEventListener("click", (event) => {
  const tab = event.target.closest("[data-pane]");
  if (!tab) return;
  event.preventDefault();
  for (const other of desk.querySelectorAll("[data-pane]")) other.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "page");
  desk.classList.toggle("shows-preview", tab.dataset.pane === "preview");
});
