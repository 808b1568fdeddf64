// What is known of the paper in this tab: its summaries, and the way to write one.
"use strict";

const SHOWN = 5;
const word = (name, ...given) => chrome.i18n.getMessage(name, given);
const part = (id) => document.getElementById(id);

function link(id, address, words) {
  const anchor = part(id);
  anchor.href = address;
  anchor.textContent = words;
  anchor.hidden = false;
}

async function begin() {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  document.title = word("name");
  const { site } = await chrome.storage.local.get("site");
  const base = site || SITE;
  link("home", base, new URL(base).host);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const key = `tab ${tab?.id}`;
  const found = (await chrome.storage.session.get(key))[key];
  if (!found) part("told").textContent = word("no_paper");
  else if (found.problem) part("told").textContent = word("unreachable");
  else if (!found.paper) await showUnknown(found);
  else await showPaper(found);
}

async function showUnknown({ base, name }) {
  part("told").textContent = word("unknown");
  link("write", `${base}/add?${new URLSearchParams({ q: name, then: "write" })}`, word("add"));
}

async function showPaper({ base, paper }) {
  part("title").textContent = paper.title;
  part("title").hidden = false;
  const count = paper.summary_count;
  part("told").textContent = count ? word(count === 1 ? "one" : "many", String(count)) : word("none");
  link("open", paper.url, word("open"));
  link("write", paper.write_url, word("write"));
  if (!count) return;
  const answer = await fetch(`${base}/api/v1/papers/${paper.id}/summaries`, { credentials: "omit" });
  if (!answer.ok) return;
  for (const summary of (await answer.json()).slice(0, SHOWN)) part("summaries").append(line(summary));
}

function line(summary) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = summary.url;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  anchor.textContent = summary.author;
  const small = document.createElement("small");
  small.textContent = summary.excerpt;
  const score = document.createElement("b");
  score.textContent = String(summary.score);
  item.append(score, anchor, small);
  return item;
}

begin().catch(() => { part("told").textContent = word("unreachable"); });
