/* Keys in the moderation queue and on a case; everything works without them. */
(() => {
  const list = document.querySelector("[data-keys]");
  const deed = document.getElementById("deed");
  const reason = document.getElementById("reason");
  const isTyping = (target) =>
    target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  const rows = () => [...list.querySelectorAll("li > div h2 a")];
  const here = () => {
    const row = document.activeElement?.closest?.(".cases > li");
    return row ? rows().findIndex((link) => row.contains(link)) : -1;
  };
  const go = (step) => {
    const links = rows();
    const at = here();
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  };
  const tick = (on) => {
    const box = rows()[here()]?.closest("li").querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = on ?? !box.checked;
    count();
    return true;
  };
  const count = () => {
    const chosen = document.querySelectorAll(".cases input[type=checkbox]:checked").length;
    const word = document.querySelector("[data-chosen]");
    if (word) word.textContent = chosen ? `${chosen} chosen` : "the ticked ones";
  };
  const choose = (value) => {
    if (deed) {
      const radio = deed.querySelector(`input[name=choice][value=${value}]`);
      if (!radio) return;
      radio.checked = true;
      reason.focus();
      return;
    }
    const select = document.getElementById("choice");
    if (!select || !tick(true)) return;
    select.value = value;
    reason.focus();
  };

  const acts = {
    ...(list ? { j: () => go(1), k: () => go(-1), o: () => rows()[here()]?.click(), x: () => tick() } : {}),
    a: () => choose("keep"),
    h: () => choose("hide"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  if (list) {
    list.addEventListener("change", count);
    count();
    // Back from a case: the list stands where it was left.
    const mark = location.hash.match(/^#case-\d+$/) && document.querySelector(location.hash);
    mark?.querySelector("h2 a")?.focus();
  }
})();
