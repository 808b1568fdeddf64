// The page of a paper: copy BibTeX, open the abstract, share a link, ask before deleting.
"use strict";

const said = document.getElementById("said");

function say(words) {
  if (said) said.textContent = words;
}

for (const link of document.querySelectorAll("[data-copy]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(document.getElementById(link.dataset.copy).textContent);
    } catch {
      window.location = link.href;
      return;
    }
    const words = link.querySelector("span");
    const before = words.textContent;
    words.textContent = "Copied";
    say("BibTeX copied");
    setTimeout(() => { words.textContent = before; say(""); }, 2000);
  });
}

for (const text of document.querySelectorAll("[data-clamp]")) {
  if (text.scrollHeight <= text.clientHeight + 2) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "Show all";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const isClamped = text.classList.toggle("clamp");
    button.textContent = isClamped ? "Show all" : "Show less";
    button.setAttribute("aria-expanded", String(!isClamped));
  });
  text.after(button);
}

for (const link of document.querySelectorAll("[data-share]")) {
  link.addEventListener("click", async (event) => {
    const url = link.href;
    if (navigator.share) {
      event.preventDefault();
      try { await navigator.share({ title: document.title, url }); } catch { /* closed again */ }
    } else if (navigator.clipboard) {
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(url);
      } catch {
        window.location = url;
        return;
      }
      const words = link.lastChild;
      words.textContent = "Link copied";
      say("Link copied");
      setTimeout(() => { words.textContent = "Share"; say(""); }, 2000);
    }
  });
}

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

// Links to the original name a person after "#": /paper?bibtexKey=…#davidstutz.
const wanted = decodeURIComponent(window.location.hash.slice(1));
if (wanted && !document.getElementById(wanted)) {
  const byline = [...document.querySelectorAll("article.summary > div > header a")].find(
    (link) => link.pathname.toLowerCase() === `/user/${wanted.toLowerCase()}`,
  );
  if (byline) byline.closest("article").scrollIntoView();
}
