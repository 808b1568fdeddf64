// Formulas give their TeX: it is copied with the text around them, and shown on a click.
"use strict";

const texOf = (math) => math.querySelector("annotation")?.textContent ?? "";

function inDollars(math) {
  const dollars = math.getAttribute("display") === "block" ? "$$" : "$";
  return dollars + texOf(math) + dollars;
}

// Browsers would copy the letters of a formula, each on a line of its own.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("math");
  const first = formulaAt(range.startContainer);
  const last = formulaAt(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  if (!copied.querySelector("math")) return;
  event.clipboardData.setData("text/html", copied.innerHTML);
  for (const math of copied.querySelectorAll("math")) math.replaceWith(inDollars(math));
  // The text of blocks has line ends only where they are laid out.
  copied.className = "laid-out-unseen";
  document.body.append(copied);
  event.clipboardData.setData("text/plain", copied.innerText.trim());
  copied.remove();
  event.preventDefault();
});

const source = document.getElementById("formula-source");
const copyButton = source?.querySelector("button");

function show(math) {
  source.querySelector("code").textContent = texOf(math);
  copyButton.textContent = copyButton.dataset.label;
  source.showPopover();
  const box = math.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), innerWidth - source.offsetWidth - 8);
  const isRoomBelow = box.bottom + source.offsetHeight + 8 < innerHeight;
  source.style.setProperty("left", `${left}px`);
  source.style.setProperty("top", `${isRoomBelow ? box.bottom + 4 : Math.max(8, box.top - source.offsetHeight - 4)}px`);
}

if (source?.showPopover) {
  document.addEventListener("click", (event) => {
    const math = event.target.closest(".prose math");
    if (math && !event.target.closest("a") && getSelection().isCollapsed) show(math);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".prose .eq")) return;
    event.preventDefault();
    show(event.target.querySelector("math"));
    copyButton.focus();
  });
  copyButton.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.querySelector("code").textContent);
    copyButton.textContent = copyButton.dataset.done;
  });
}
