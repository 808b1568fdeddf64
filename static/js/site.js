// For every page: "/" jumps to the search field, Escape leaves it, the menu closes on Escape.
"use strict";

document.body.classList.add("scripted");

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.getElementById("q");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
  if (event.key === "Escape") {
    document.querySelector(".menu[open]")?.removeAttribute("open");
  }
});

// A choice in a list is its own button; without script there is one beside it.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

// A saved text needs no copy in the browser any more; the writing page left its name.
try {
  const key = sessionStorage.getItem("saving");
  if (key && document.querySelector(".said.text-saved")) {
    localStorage.removeItem(key);
    sessionStorage.removeItem("saving");
  }
} catch { /* Storage is forbidden: there is no copy either. */ }
