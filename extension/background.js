// Look up the paper of a tab, show the number of summaries on the button, and cache the result.
"use strict";

// In Firefox the manifest loads site.js first; in Chromium this script does.
if (typeof SITE === "undefined") importScripts("site.js");

const CACHE_MILLISECONDS = 10 * 60 * 1000;
const WAIT_MILLISECONDS = 10_000;

async function site() {
  const { site: chosen } = await chrome.storage.local.get("site");
  return chosen || SITE;
}

async function ask(name) {
  const base = await site();
  const key = `answer ${base} ${name}`;
  const cached = (await chrome.storage.session.get(key))[key];
  if (cached && Date.now() - cached.at < CACHE_MILLISECONDS) return cached;
  const response = await fetch(`${base}/api/v1/lookup`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ identifiers: [name] }),
    credentials: "omit",
    signal: AbortSignal.timeout(WAIT_MILLISECONDS),
  });
  if (!response.ok) throw new Error(String(response.status));
  const { papers } = await response.json();
  const result = { at: Date.now(), base, name, paper: papers[name] ?? null };
  await chrome.storage.session.set({ [key]: result });
  return result;
}

async function show(tab, name) {
  if (!name) {
    await chrome.storage.session.remove(`tab ${tab}`);
    await chrome.action.setBadgeText({ tabId: tab, text: "" });
    return;
  }
  let result;
  try {
    result = await ask(name);
  } catch (error) {
    result = { base: await site(), name, problem: String(error.message ?? error) };
  }
  await chrome.storage.session.set({ [`tab ${tab}`]: result });
  const count = result.paper?.summary_count ?? 0;
  await chrome.action.setBadgeBackgroundColor({ tabId: tab, color: "#8a5200" });
  await chrome.action.setBadgeText({ tabId: tab, text: count ? String(count) : "" });
  await chrome.action.setTitle({ tabId: tab, title: titleOf(result, count) });
}

function titleOf(result, count) {
  if (result.problem) return chrome.i18n.getMessage("unreachable");
  if (count) return chrome.i18n.getMessage(count === 1 ? "one" : "many", String(count));
  return chrome.i18n.getMessage("none");
}

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.tab && typeof message.name === "string") show(sender.tab.id, message.name);
});
chrome.tabs.onRemoved.addListener((tab) => chrome.storage.session.remove(`tab ${tab}`));
