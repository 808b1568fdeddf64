// The options: the address of the site.
"use strict";

const message = (name, ...substitutions) => chrome.i18n.getMessage(name, substitutions);
const part = (id) => document.getElementById(id);

async function begin() {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  document.title = message("name");
  part("label").textContent = message("site");
  part("hint").textContent = message("site_hint", SITE);
  part("save").textContent = message("save");
  const { site } = await chrome.storage.local.get("site");
  part("site").value = site || SITE;
}

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { origin } = new URL(part("site").value);
  await chrome.storage.local.set({ site: origin });
  // Results of the previous site do not apply to this one.
  await chrome.storage.session.clear();
  part("site").value = origin;
  part("said").textContent = message("saved");
});

begin();
