// Adding a paper: say in words that the catalogues are asked when it takes a moment.
"use strict";

for (const form of document.querySelectorAll("[data-busy]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => {
      form.setAttribute("aria-busy", "true");
      const said = form.querySelector("[data-busy-message]");
      said.textContent = said.dataset.busyMessage;
    }, 300);
  });
}
// A page that comes back from the browser's memory is not busy.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-busy]")) {
    form.removeAttribute("aria-busy");
    form.querySelector("[data-busy-message]").textContent = "";
  }
});
