// A notification that is opened is read: told to the server while the page changes. Without script
// each row has its own button for that, which stays here too.
"use strict";

function opened(event) {
  const row = event.target.closest?.(".told a")?.closest(".told");
  const form = row?.querySelector("form[data-read]");
  if (!form || event.button > 1) return;
  fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    keepalive: true,
    redirect: "manual",
  });
  row.classList.remove("unread");
  form.remove();
}

document.addEventListener("click", opened);
document.addEventListener("auxclick", opened);
