// What is typed is saved on the server by itself; a copy stays in the browser until it is there.

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const said = desk.querySelector("[data-status]");
const trouble = document.getElementById("trouble");
const words = document.getElementById("words").dataset;
const fields = desk.elements;
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
  return ["signed", "licence", "version", "note"].map((name) => fields[name]?.value).join("\n");
}
function isBlank() {
  return ["", empty].includes(text.value.trim());
}
function isChanged() {
  return text.value !== saved || choices() !== chosen;
}
// "Draft saved at {time}" with the time in it.
function filled(sentence, told) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => told[name] ?? place);
}
function clock(iso) {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// -- what the page says ----------------------------------------------------------------------

function say(sentence, kind = "") {
  said.textContent = sentence;
  said.className = kind;
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
  return keep() ? words.kept : words.notKept;
}

// -- the copy in the browser -----------------------------------------------------------------

// [{page, text, at, from}], one for each page that is open or was: two tabs do not take each
// other's. `from` is what the text began from, as the server counts it.
const key = desk.dataset.storageKey;
const page = `${Date.now()}-${Math.random()}`;
const MOST_COPIES = 5;

function copies() {
  try {
    const told = JSON.parse(localStorage.getItem(key));
    return Array.isArray(told) ? told : [];
  } catch { return []; }
}
function store(list) {
  try {
    if (list.length) localStorage.setItem(key, JSON.stringify(list.slice(-MOST_COPIES)));
    else localStorage.removeItem(key);
    return true;
  } catch { return false; } // Full or forbidden.
}
function keep() {
  const others = copies().filter((copy) => copy.page !== page);
  if (text.value === saved || isBlank()) return store(others);
  return store([...others, copy()]);
}
function copy() {
  return { page, text: text.value, at: Date.now(), from: base() };
}
function base() {
  return [desk.dataset.summary, fields.based_on.value, fields.draft_count.value].join(" ");
}

const kept = document.getElementById("kept");
const found = copies().filter((one) => one.text?.trim() && one.text !== text.value);
function offer() {
  kept.hidden = !found.length;
  if (!found.length) return;
  const at = new Date(found.at(-1).at);
  const { lang } = document.documentElement;
  const day = at.toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short" });
  kept.querySelector("[data-kept-at]").textContent = `${day} ${clock(at)}`;
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
  const left = found.filter((one) => one.from === base() && !open.has(`page ${one.page}`)).at(-1);
  if (!left || isChanged() || "unsaved" in desk.dataset) return;
  found.splice(found.indexOf(left), 1);
  text.dispatchEvent(new CustomEvent("put", {
    detail: { start: 0, end: text.value.length, words: left.text, stay: true },
  }));
  store(copies().filter((one) => one.page !== left.page));
  keep();
  offer();
  say(words.cameBack, "ok");
}
takeUp();

kept.addEventListener("click", (event) => {
  const choice = event.target.dataset.kept;
  if (!choice) return;
  const left = found.pop();
  // Like typing, so that undo brings back what stood there.
  const detail = { start: 0, end: text.value.length, words: left.text };
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
  for (const name of ["csrfmiddlewaretoken", "based_on", "draft_count", "note", "signed", "licence", "version"]) {
    if (fields[name]) body.set(name, fields[name].value);
  }
  body.set("text", typed);
  if (desk.dataset.summary) body.set("summary", desk.dataset.summary);
  sent.add(typed);
  let answer;
  let told;
  try {
    const keepalive = last && typed.length * 3 < KEEPALIVE_BYTES;
    answer = await fetch(desk.dataset.draft, { method: "POST", body, keepalive });
    told = await answer.json().catch(() => ({}));
  } catch {
    failed(words.noConnection);
    return;
  }
  if (answer.ok) {
    settle(told, typed, options);
  } else if (answer.status === 409 && !again && told.others?.every((other) => sent.has(other.text))) {
    // Our own text, whose answer never came.
    fields.based_on.value = told.based_on;
    fields.draft_count.value = told.draft_count;
    desk.dataset.summary = told.summary;
    await send(last, true);
  } else if (answer.status === 409) {
    stopped = true;
    complain(`${told.error} ${whereItIs()}`, "both");
  } else if ([401, 403].includes(answer.status)) {
    if (!again && (await ask()) === "same") await send(last, true);
  } else if (answer.status === 429) {
    complain(`${told.error} ${whereItIs()}`);
    plan((told.wait_seconds ?? 30) * 1000);
  } else if (answer.status === 422 || answer.status === 410) {
    complain(`${words.notSaved} ${told.error} ${whereItIs()}`);
  } else {
    failed(words.noAnswer);
  }
}

function settle(told, typed, options) {
  saved = typed;
  chosen = options;
  pause = SAVE_MS;
  fields.based_on.value = told.based_on;
  fields.draft_count.value = told.draft_count;
  if (desk.dataset.summary !== String(told.summary)) {
    // From now on this is the page of that summary: a reload finds the draft.
    desk.dataset.summary = told.summary;
    desk.action = told.edit_url;
    history.replaceState(history.state, "", told.edit_url);
  }
  keep();
  calm();
  say(filled(words.savedAt, { time: clock(told.saved_at) }), "ok");
  const discard = desk.querySelector("#state [name=discard]");
  if (discard) discard.hidden = Number(told.draft_count) === 0;
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
    const answer = await fetch(desk.dataset.session, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? await answer.json() : null;
  } catch { return null; }
}

// Who is signed in now: "same", "nobody", "other" or "unknown"; a new token when it is the same.
// Asked twice at once, both hear the later answer: the earlier may be of before the sign-in.
let asked;
async function ask() {
  asked = session();
  let heard;
  let told;
  do {
    heard = asked;
    told = await heard;
  } while (heard !== asked);
  if (!told) return "unknown";
  if (told.user === null) {
    complain(`${words.signedOut} ${whereItIs()}`, "sign-in");
    return "nobody";
  }
  if (String(told.user) !== desk.dataset.user) {
    complain(`${filled(words.somebodyElse, { name: told.name })} ${whereItIs()}`, "sign-in");
    return "other";
  }
  fields.csrfmiddlewaretoken.value = told.token;
  return "same";
}

async function comeBack() {
  const isOut = !trouble.querySelector("[data-remedy=sign-in]").hidden && !trouble.hidden;
  if (!isOut || document.hidden || (await ask()) !== "same") return;
  calm();
  say(words.signedIn, "ok");
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
    failed(submitter?.value === "publish" ? words.notPublished : words.noConnection);
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
