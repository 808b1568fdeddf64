// What is typed is saved on the server by itself; a copy stays in the browser until it is there.

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const statusLine = desk.querySelector("[data-status]");
const trouble = document.getElementById("trouble");
const messages = document.getElementById("words").dataset;
const fields = desk.elements;
const OPTIONS = ["note", "signed", "licence", "version"]; // What is saved with the text of a draft.
const SAVE_MS = 2000;
const KEEP_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
const KEEPALIVE_BYTES = 60_000; // What browsers send at most after a page is closed.
const empty = document.getElementById("headings").content.textContent.trim();

// What the server has. A text that it refused or only previewed is nowhere but here.
let saved = "unsaved" in desk.dataset ? null : text.value;
let chosen = choices();
const sent = new Set(); // What this page has sent: an answer may get lost on its way back.
let saving = null;
let stopped = false; // After a conflict: the writer decides first.
let leaving = false;
let timer;
let pause = SAVE_MS;

function choices() {
  return OPTIONS.map((name) => fields[name]?.value).join("\n");
}
function isBlank() {
  return ["", empty].includes(text.value.trim());
}
function isChanged() {
  return text.value !== saved || choices() !== chosen;
}
// "Draft saved at {time}" with the time in it.
export function format(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}
function clock(iso) {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// -- what the page says ----------------------------------------------------------------------

function say(sentence, kind = "") {
  statusLine.textContent = sentence;
  statusLine.className = kind;
}

// `remedy`: "sign-in" or "both", a button that stands there.
function complain(sentence, remedy = "") {
  say("");
  const place = trouble.querySelector("[data-words]");
  if (place.textContent !== sentence) place.textContent = sentence;
  for (const button of trouble.querySelectorAll("[data-remedy]")) button.hidden = button.dataset.remedy !== remedy;
  trouble.hidden = false;
}
function calm() {
  trouble.hidden = true;
  trouble.querySelector("[data-words]").textContent = "";
}
function whereItIs() {
  return keep() ? messages.kept : messages.notKept;
}

// -- the copy in the browser -----------------------------------------------------------------

// [{page, text, at, from}], one for each page that is open or was: two tabs do not take each
// other's. `from` is what the text began from, as the server counts it.
const key = desk.dataset.storageKey;
const page = `${Date.now()}-${Math.random()}`;
const MOST_COPIES = 5;

function copies() {
  try {
    const list = JSON.parse(localStorage.getItem(key));
    return Array.isArray(list) ? list : [];
  } catch { return []; }
}
function store(list) {
  try {
    if (list.length) localStorage.setItem(key, JSON.stringify(list));
    else localStorage.removeItem(key);
    return true;
  } catch { return false; } // Full or forbidden.
}
function keep() {
  return store(mergeCopies(copies(), page, text.value === saved || isBlank() ? null : copy()));
}
// The copies with the new one of a page instead of its old one; the oldest go when there are many.
export function mergeCopies(list, owner, fresh) {
  const others = list.filter((one) => one.page !== owner);
  return (fresh ? [...others, fresh] : others).slice(-MOST_COPIES);
}
// The last copy that a closed page left of the same text, when nothing was saved since.
export function abandonedCopy(list, from, openPages) {
  return list.filter((one) => one.from === from && !openPages.has(`page ${one.page}`)).at(-1);
}
function copy() {
  return { page, text: text.value, at: Date.now(), from: base() };
}
function base() {
  return [desk.dataset.summary, fields.based_on.value, fields.draft_count.value].join(" ");
}

const copyOffer = document.getElementById("kept");
const leftCopies = copies().filter((one) => one.text?.trim() && one.text !== text.value);
function offer() {
  copyOffer.hidden = !leftCopies.length;
  if (!leftCopies.length) return;
  const at = new Date(leftCopies.at(-1).at);
  const { lang } = document.documentElement;
  const day = at.toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short" });
  copyOffer.querySelector("[data-kept-at]").textContent = `${day} ${clock(at)}`;
}
store(copies().filter((one) => one.text !== text.value));
offer();

// A page holds a lock by its name while it is open: what a closed one could not send is put back and
// sent, when nothing was saved since it was written. Anything else is offered.
async function takeUp() {
  if (!navigator.locks) return;
  navigator.locks.request(`page ${page}`, () => new Promise(() => {}));
  const { held } = await navigator.locks.query();
  const open = new Set(held.map((lock) => lock.name));
  const left = abandonedCopy(leftCopies, base(), open);
  if (!left || isChanged() || "unsaved" in desk.dataset) return;
  leftCopies.splice(leftCopies.indexOf(left), 1);
  text.dispatchEvent(new CustomEvent("put", {
    detail: { start: 0, end: text.value.length, replacement: left.text, stay: true },
  }));
  store(copies().filter((one) => one.page !== left.page));
  keep();
  offer();
  say(messages.cameBack, "ok");
}
takeUp();

copyOffer.addEventListener("click", (event) => {
  const choice = event.target.dataset.kept;
  if (!choice) return;
  const left = leftCopies.pop();
  // Like typing, so that undo brings back what stood there.
  const detail = { start: 0, end: text.value.length, replacement: left.text };
  if (choice === "use") text.dispatchEvent(new CustomEvent("put", { detail }));
  store(copies().filter((one) => one.page !== left.page));
  offer();
  text.focus();
});

// Another tab published and forgot the copies: what only this one holds is kept again.
window.addEventListener("storage", (event) => {
  if (event.key === key && isChanged() && !leaving) keep();
});

// -- the draft on the server -----------------------------------------------------------------

function plan(delay = pause) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function save({ last = false } = {}) {
  clearTimeout(timer);
  if (stopped || leaving || isBlank() || !isChanged()) return;
  if (saving) {
    await saving;
    if (!last) plan(0);
    return;
  }
  saving = send(last);
  try { await saving; } finally { saving = null; }
}

async function send(last, again = false) {
  const typed = text.value;
  const options = choices();
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "based_on", "draft_count", ...OPTIONS]) {
    if (fields[name]) body.set(name, fields[name].value);
  }
  body.set("text", typed);
  if (desk.dataset.summary) body.set("summary", desk.dataset.summary);
  sent.add(typed);
  let response;
  let payload;
  try {
    const keepalive = last && typed.length * 3 < KEEPALIVE_BYTES;
    response = await fetch(desk.dataset.draft, { method: "POST", body, keepalive });
    payload = await response.json().catch(() => ({}));
  } catch {
    failed(messages.noConnection);
    return;
  }
  if (response.ok) {
    settle(payload, typed, options);
  } else if (response.status === 409 && !again && payload.others?.every((other) => sent.has(other.text))) {
    // Our own text, whose answer never came.
    fields.based_on.value = payload.based_on;
    fields.draft_count.value = payload.draft_count;
    desk.dataset.summary = payload.summary;
    await send(last, true);
  } else if (response.status === 409) {
    stopped = true;
    complain(`${payload.error} ${whereItIs()}`, "both");
  } else if ([401, 403].includes(response.status)) {
    if (!again && (await ask()) === "same") await send(last, true);
  } else if (response.status === 429) {
    complain(`${payload.error} ${whereItIs()}`);
    plan((payload.wait_seconds ?? 30) * 1000);
  } else if (response.status === 422 || response.status === 410) {
    complain(`${messages.notSaved} ${payload.error} ${whereItIs()}`);
  } else {
    failed(messages.noAnswer);
  }
}

function settle(payload, typed, options) {
  saved = typed;
  chosen = options;
  pause = SAVE_MS;
  fields.based_on.value = payload.based_on;
  fields.draft_count.value = payload.draft_count;
  if (desk.dataset.summary !== String(payload.summary)) {
    // From now on this is the page of that summary: a reload finds the draft.
    desk.dataset.summary = payload.summary;
    desk.action = payload.edit_url;
    history.replaceState(history.state, "", payload.edit_url);
  }
  keep();
  calm();
  say(format(messages.savedAt, { time: clock(payload.saved_at) }), "ok");
  const discard = desk.querySelector("#state [name=discard]");
  if (discard) discard.hidden = Number(payload.draft_count) === 0;
  if (isChanged()) plan();
}

function failed(sentence) {
  complain(`${sentence} ${whereItIs()}`);
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  plan();
}

// -- the session -----------------------------------------------------------------------------

async function session() {
  try {
    const response = await fetch(desk.dataset.session, { signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.json() : null;
  } catch { return null; }
}

// Who is signed in now: "same", "nobody", "other" or "unknown"; a new token when it is the same.
// Asked twice at once, both hear the later answer: the earlier may be of before the sign-in.
let pending;
async function ask() {
  pending = session();
  let current;
  let payload;
  do {
    current = pending;
    payload = await current;
  } while (current !== pending);
  if (!payload) return "unknown";
  if (payload.user === null) {
    complain(`${messages.signedOut} ${whereItIs()}`, "sign-in");
    return "nobody";
  }
  if (String(payload.user) !== desk.dataset.user) {
    complain(`${format(messages.somebodyElse, { name: payload.name })} ${whereItIs()}`, "sign-in");
    return "other";
  }
  fields.csrfmiddlewaretoken.value = payload.token;
  return "same";
}

async function comeBack() {
  const isOut = !trouble.querySelector("[data-remedy=sign-in]").hidden && !trouble.hidden;
  if (!isOut || document.hidden || (await ask()) !== "same") return;
  calm();
  say(messages.signedIn, "ok");
  save();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    keep();
    save({ last: true });
  } else {
    comeBack();
  }
});
window.addEventListener("focus", comeBack);
window.addEventListener("online", () => plan(0));

// -- events ----------------------------------------------------------------------------------

let keeping;
text.addEventListener("input", () => {
  clearTimeout(keeping);
  keeping = setTimeout(keep, KEEP_MS);
  if (pause === SAVE_MS) plan();
});
desk.addEventListener("change", () => plan());

// A button: first whether the site can be reached, and by whom; the page would be gone else.
desk.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault();
  const { submitter } = event;
  if (desk.hasAttribute("aria-busy")) return;
  desk.setAttribute("aria-busy", "true");
  clearTimeout(timer);
  keep();
  await saving?.catch(() => {});
  const state = await ask();
  desk.removeAttribute("aria-busy");
  if (state === "unknown") {
    failed(submitter?.value === "publish" ? messages.notPublished : messages.noConnection);
  }
  if (state !== "same") {
    trouble.querySelector("a:not([hidden])")?.focus();
    return;
  }
  leaving = true;
  const isDropped = submitter?.name === "discard";
  // What is discarded is offered once more; the rest of the copy goes when the server has the text:
  // the page that follows says so.
  if (isDropped && !isBlank()) store([...copies(), { ...copy(), from: "dropped" }]);
  try {
    if (!isDropped) sessionStorage.setItem("saving", key);
  } catch { /* see store */ }
  desk.requestSubmit(submitter);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && isChanged() && !isBlank() && text.value !== saved && !keep()) event.preventDefault();
});
