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
