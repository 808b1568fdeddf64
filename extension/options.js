// The address of the site with the summaries.
"use strict";

const word = (name, ...given) => chrome.i18n.getMessage(name, given);
const part = (id) => document.getElementById(id);

async function begin() {
  document.documentElement.lang = chrome.i18n.getUILanguage();
  document.title = word("name");
  part("label").textContent = word("site");
  part("hint").textContent = word("site_hint", SITE);
  part("save").textContent = word("save");
  const { site } = await chrome.storage.local.get("site");
  part("site").value = site || SITE;
}

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { origin } = new URL(part("site").value);
  await chrome.storage.local.set({ site: origin });
  // Answers of another site are none of this one.
  await chrome.storage.session.clear();
  part("site").value = origin;
  part("said").textContent = word("saved");
});

begin();
