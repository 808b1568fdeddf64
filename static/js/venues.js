// The list of venues: filter as one types; the button asks the server for the same.
"use strict";

const field = document.getElementById("vq");
const words = document.querySelector("[data-filtered]");

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

field.addEventListener("input", () => {
  const wanted = plain(field.value.trim());
  let shown = 0;
  for (const group of document.querySelectorAll("[data-group]")) {
    let inGroup = 0;
    for (const line of group.querySelectorAll("[data-name]")) {
      line.hidden = !plain(line.dataset.name).includes(wanted);
      if (!line.hidden) inGroup += 1;
    }
    group.hidden = inGroup === 0;
    shown += inGroup;
  }
  const told = shown === 1 ? words.dataset.one : words.dataset.many;
  words.textContent = wanted ? told.replace("{count}", shown).replace("{name}", () => field.value.trim()) : "";
});
