// Tell the background script which paper the page is about, and again when that changes.
"use strict";

let lastName = null;

function sendName() {
  const name = nameOfPage(document, location.href);
  if (name === lastName) return;
  lastName = name;
  chrome.runtime.sendMessage({ name }).catch(() => { /* The extension was updated; the next page sends its name. */ });
}

sendName();
// OpenReview changes its pages without loading new ones.
document.addEventListener("click", () => setTimeout(sendName, 1500), { passive: true });
window.addEventListener("popstate", () => setTimeout(sendName, 500));
