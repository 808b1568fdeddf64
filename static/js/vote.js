// Votes without a page load: the form is sent in the background and its answer takes its place.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-vote]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const body = new FormData(form);
  body.set("value", button.value);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  } catch {
    form.querySelector(".n").title = "No connection: the vote was not counted.";
    return;
  }
  if (![200, 403, 429].includes(answer.status) || answer.redirected) {
    form.submit();
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  const fresh = holder.content.firstElementChild;
  form.replaceWith(fresh);
  document.getElementById(button.id)?.focus();
});
