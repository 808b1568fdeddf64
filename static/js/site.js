// For every page: the menu closes on Escape, a choice in a list is its own button.
"use strict";

document.body.classList.add("scripted");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".menu[open]")?.removeAttribute("open");
});

// What was read stays readable without a connection: shortscience/service_worker.js.
addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => {}));

// Suggestions come with the first focus of a search field: most pages are read without one.
document.addEventListener("focusin", function fetchSuggestions({ target }) {
  const form = target.closest("[data-suggest]");
  if (!form) return;
  document.removeEventListener("focusin", fetchSuggestions);
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "stylesheet", href: form.dataset.style }),
    Object.assign(document.createElement("script"), { src: form.dataset.script }),
  );
});

// Without script there is a button beside it.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});
