// The paper of this tab: its summaries, and a link to write one.
"use strict";

const SHOWN = 5;
const message = (name, ...substitutions) => chrome.i18n.getMessage(name, substitutions);
const part = (id) => document.getElementById(id);

function link(id, address, label) {
  const anchor = part(id);
  anchor.href = address;
  anchor.textContent = label;
  anchor.hidden = false;
}

async function begin() {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  document.title = message("name");
  const { site } = await chrome.storage.local.get("site");
  const base = site || SITE;
  link("home", base, new URL(base).host);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const key = `tab ${tab?.id}`;
  const result = (await chrome.storage.session.get(key))[key];
  if (!result) part("told").textContent = message("no_paper");
  else if (result.problem) part("told").textContent = message("unreachable");
  else if (!result.paper) await showUnknown(result);
  else await showPaper(result);
}

async function showUnknown({ base, name }) {
  part("told").textContent = message("unknown");
  link("write", `${base}/add?${new URLSearchParams({ q: name, then: "write" })}`, message("add"));
}

async function showPaper({ base, paper }) {
  part("title").textContent = paper.title;
  part("title").hidden = false;
  const count = paper.summary_count;
  part("told").textContent = count ? message(count === 1 ? "one" : "many", String(count)) : message("none");
  link("open", paper.url, message("open"));
  link("write", paper.write_url, message("write"));
  if (!count) return;
  const response = await fetch(`${base}/api/v1/papers/${paper.id}/summaries`, { credentials: "omit" });
  if (!response.ok) return;
  for (const summary of (await response.json()).slice(0, SHOWN)) part("summaries").append(line(summary));
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

begin().catch(() => { part("told").textContent = message("unreachable"); });
