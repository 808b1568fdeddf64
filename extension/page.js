// Tell the background which paper the page is about, and again when the page turns into another.
"use strict";

let told = null;

function tell() {
  const name = nameOfPage(document, location.href);
  if (name === told) return;
  told = name;
  chrome.runtime.sendMessage({ name }).catch(() => { /* Updated meanwhile: the next page tells. */ });
}

tell();
// OpenReview changes its pages without loading them.
document.addEventListener("click", () => setTimeout(tell, 1500), { passive: true });
window.addEventListener("popstate", () => setTimeout(tell, 500));
