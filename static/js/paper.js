// The page of a paper: copy BibTeX, share a link, open the abstract, mark where one reads.
"use strict";

const statusLine = document.getElementById("said");

// Words stand in the page: data-done is what a link says for two seconds when it is done.
function done(link) {
  const label = link.querySelector("span") ?? link.lastChild;
  const before = label.textContent;
  label.textContent = statusLine.textContent = link.dataset.done;
  setTimeout(() => { label.textContent = before; statusLine.textContent = ""; }, 2000);
}

async function copy(link, text) {
  try {
    await navigator.clipboard.writeText(text);
    done(link);
  } catch {
    window.location = link.href;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-copy], [data-share]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.copy) copy(link, document.getElementById(link.dataset.copy).textContent);
  else if (navigator.share) navigator.share({ title: document.title, url: link.href }).catch(() => {});
  else copy(link, link.href);
});

// Observers are called when the page is laid out anyway; asking at once would lay it out twice.
const measured = new ResizeObserver(([{ target }]) => {
  measured.disconnect();
  if (target.scrollHeight > target.clientHeight + 2) addButton(target);
});
const abstract = document.querySelector("[data-clamp]");
if (abstract) measured.observe(abstract);

function addButton(text) {
  const button = document.createElement("button");
  const { more, less } = text.dataset;
  button.type = "button";
  button.className = "link";
  button.textContent = more;
  button.ariaExpanded = "false";
  button.addEventListener("click", () => {
    const isClamped = text.classList.toggle("clamp");
    button.textContent = isClamped ? more : less;
    button.ariaExpanded = String(!isClamped);
  });
  text.after(button);
}

// Cards of cited papers need a script only where the browser cannot show them by itself.
const cards = document.querySelector("[data-cards]");
if (cards && !("interestForElement" in HTMLButtonElement.prototype)) {
  document.head.append(Object.assign(document.createElement("script"), { src: cards.dataset.cards }));
}

// In the contents the last heading (and summary) above the upper third of the window is current.
const lists = [...document.querySelectorAll("[data-contents]")].map((list) =>
  [...list.querySelectorAll("a")].map((link) => [link, document.getElementById(link.hash.slice(1))]));

function mark() {
  for (const list of lists) {
    const above = list.filter(([, place]) => place?.getBoundingClientRect().top < innerHeight / 3).at(-1);
    for (const [link] of list) {
      if (link === above?.[0]) link.ariaCurrent = "true";
      else link.removeAttribute("aria-current");
    }
  }
}
if (lists.length) {
  // biome-ignore lint/correctness/noUnusedVariables: read by the assignment below.
  let waiting = 0;
  addEventListener("scroll", () => { waiting ||= requestAnimationFrame(() => { waiting = 0; mark(); }); }, { passive: true });
  new IntersectionObserver(mark).observe(document.body);
}

// Links to the original name a person after "#": /paper?bibtexKey=…#davidstutz.
const username = decodeURIComponent(window.location.hash.slice(1)).toLowerCase();
if (username && !document.getElementById(username)) {
  document.querySelector(`article.summary header a[href="/user/${CSS.escape(username)}" i]`)?.closest("article").scrollIntoView();
}
