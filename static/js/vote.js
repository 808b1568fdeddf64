// Votes without a page load: the form is sent in the background and its answer takes its place.
"use strict";

function explain(form, reason) {
  form.querySelector(".why")?.remove();
  const why = document.createElement("p");
  why.className = "why";
  why.setAttribute("role", "alert");
  why.textContent = reason;
  form.append(why);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-vote]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const body = new FormData(form, button);
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (answer.redirected) {
      window.location = answer.url; // Signed out meanwhile: to the sign-in page, then back here.
      return;
    }
    const holder = document.createElement("template");
    holder.innerHTML = (await answer.text()).trim();
    const fresh = holder.content.firstElementChild;
    if (fresh?.id === form.id) {
      form.replaceWith(fresh);
      document.getElementById(button.id)?.focus();
    } else {
      explain(form, form.dataset.failed);
    }
  } catch {
    explain(form, form.dataset.offline);
  } finally {
    form.ariaBusy = null;
  }
});
