// Cards of cited papers, for browsers without interestfor; paper.js fetches this.
"use strict";

if (HTMLElement.prototype.showPopover) {
  let shown = null;
  let timer = 0;
  const cardOf = (target) => document.getElementById(target.closest?.("[interestfor]")?.getAttribute("interestfor"));

  const later = (deed, wait) => { clearTimeout(timer); timer = setTimeout(deed, wait); };

  function hide() {
    if (shown?.matches(":popover-open")) shown.hidePopover();
    shown = null;
  }

  function show(link, card) {
    if (shown === card) return;
    hide();
    card.showPopover();
    const [from, own] = [link.getBoundingClientRect(), card.getBoundingClientRect()];
    const below = from.bottom + own.height + 12 < innerHeight;
    card.style.left = `${Math.max(8, Math.min(from.left, innerWidth - own.width - 16))}px`;
    card.style.top = `${below ? from.bottom : from.top - own.height - 12}px`;
    shown = card;
  }

  const enter = (event) => {
    if (event.pointerType === "touch") return;
    if (shown?.contains(event.target)) clearTimeout(timer);
    const card = cardOf(event.target);
    if (card) later(() => show(event.target.closest("[interestfor]"), card), 500);
  };
  const leave = (event) => {
    if (cardOf(event.target) || shown?.contains(event.target)) later(hide, 300);
  };
  document.addEventListener("pointerover", enter);
  document.addEventListener("focusin", enter);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") later(hide, 0); });
}
