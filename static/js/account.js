// Pages at the door: a password can be looked at while it is typed.
"use strict";

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const more = document.createElement("span");
  const box = document.createElement("span");
  box.className = "secret";
  button.type = "button";
  button.className = "plain-btn";
  button.setAttribute("aria-pressed", "false");
  more.className = "vh";
  more.textContent = " what is typed";
  button.append("Show", more);
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
