// Pages at the door: a password can be looked at while it is typed.
"use strict";

const model = document.getElementById("reveal")?.content.firstElementChild;

for (const field of model ? document.querySelectorAll("input[type=password]") : []) {
  const button = model.cloneNode(true);
  const box = document.createElement("span");
  box.className = "secret";
  field.replaceWith(box);
  box.append(field, button);
  button.addEventListener("click", () => {
    const shows = field.type === "password";
    field.type = shows ? "text" : "password";
    button.setAttribute("aria-pressed", String(shows));
  });
  // A browser offers to keep a password, not a text.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}
