// Ask the site about the paper of a tab, show the number on the button, keep the answer.
"use strict";

// Firefox loads site.js before this by its manifest, Chromium here.
if (typeof SITE === "undefined") importScripts("site.js");

const KEPT_MILLISECONDS = 10 * 60 * 1000;
const WAIT_MILLISECONDS = 10_000;

async function site() {
  const { site: chosen } = await chrome.storage.local.get("site");
  return chosen || SITE;
}

async function ask(name) {
  const base = await site();
  const key = `answer ${base} ${name}`;
  const kept = (await chrome.storage.session.get(key))[key];
  if (kept && Date.now() - kept.at < KEPT_MILLISECONDS) return kept;
  const answer = await fetch(`${base}/api/v1/lookup`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ identifiers: [name] }),
    credentials: "omit",
    signal: AbortSignal.timeout(WAIT_MILLISECONDS),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { papers } = await answer.json();
  const found = { at: Date.now(), base, name, paper: papers[name] ?? null };
  await chrome.storage.session.set({ [key]: found });
  return found;
}

async function show(tab, name) {
  if (!name) {
    await chrome.storage.session.remove(`tab ${tab}`);
    await chrome.action.setBadgeText({ tabId: tab, text: "" });
    return;
  }
  let found;
  try {
    found = await ask(name);
  } catch (error) {
    found = { base: await site(), name, problem: String(error.message ?? error) };
  }
  await chrome.storage.session.set({ [`tab ${tab}`]: found });
  const count = found.paper?.summary_count ?? 0;
  await chrome.action.setBadgeBackgroundColor({ tabId: tab, color: "#8a5200" });
  await chrome.action.setBadgeText({ tabId: tab, text: count ? String(count) : "" });
  await chrome.action.setTitle({ tabId: tab, title: titleOf(found, count) });
}

function titleOf(found, count) {
  if (found.problem) return chrome.i18n.getMessage("unreachable");
  if (count) return chrome.i18n.getMessage(count === 1 ? "one" : "many", String(count));
  return chrome.i18n.getMessage("none");
}

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.tab && typeof message.name === "string") show(sender.tab.id, message.name);
});
chrome.tabs.onRemoved.addListener((tab) => chrome.storage.session.remove(`tab ${tab}`));
