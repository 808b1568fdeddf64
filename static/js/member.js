// For members on every page: ask before what cannot be taken back, copy a secret link.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-copy-from]")) {
  const field = document.getElementById(button.dataset.copyFrom);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { return; }
    button.classList.add("has");
  });
}

// A saved text needs no copy in the browser any more; the writing page left its name.
try {
  const key = sessionStorage.getItem("saving");
  if (key && document.querySelector(".said.text-saved")) {
    localStorage.removeItem(key);
    sessionStorage.removeItem("saving");
  }
} catch { /* Storage is forbidden: there is no copy either. */ }
