// Single keys, listed by "?". Never while typing, never with another key held; the server leaves
// this file out for whoever switched them off.
"use strict";

const ITEMS = "article.item, article.summary, .lines > li, .comments > li";

const title = (each) => each?.querySelector("h2 a, h3 a") ?? each?.querySelector(".meta a, a");
const item = () => document.activeElement.closest(ITEMS);

function step(by) {
  const all = [...document.querySelectorAll(ITEMS)].filter((each) => each.offsetParent);
  const next = all[all.indexOf(item()) + by] ?? (item() ? null : all[0]);
  title(next)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

const click = (what) => ((item() ?? document).querySelector(what) ?? document.querySelector(what))?.click();

const DEEDS = {
  "/": () => { const field = document.getElementById("q"); field.focus(); field.select(); },
  j: () => step(1),
  k: () => step(-1),
  o: () => title(item())?.click(),
  v: () => click(".vote button"),
  s: () => click("form[action$='/save'] button"),
  e: () => click("a[href$='/edit'], a[href$='/write']"),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  if (!Object.hasOwn(DEEDS, event.key)) return;
  event.preventDefault();
  DEEDS[event.key]();
});
