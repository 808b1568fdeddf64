// The list of venues: filter as one types; the button asks the server for the same.
"use strict";

const field = document.getElementById("vq");
const countLine = document.querySelector("[data-filtered]");

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

field.addEventListener("input", () => {
  const query = plain(field.value.trim());
  let shown = 0;
  for (const group of document.querySelectorAll("[data-group]")) {
    let inGroup = 0;
    for (const line of group.querySelectorAll("[data-name]")) {
      line.hidden = !plain(line.dataset.name).includes(query);
      if (!line.hidden) inGroup += 1;
    }
    group.hidden = inGroup === 0;
    shown += inGroup;
  }
  const message = shown === 1 ? countLine.dataset.one : countLine.dataset.many;
  countLine.textContent = query ? message.replace("{count}", shown).replace("{name}", () => field.value.trim()) : "";
});
