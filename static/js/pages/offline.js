// The page that stands in for all others without a connection: what can be read nevertheless.
"use strict";

(async () => {
  const list = document.getElementById("kept");
  if (!list || !("caches" in window)) return;
  const read = await caches.open("read");
  const { lang } = document.documentElement;
  const language = lang === "en" ? "en-GB" : lang;
  for (const request of (await read.keys()).reverse()) {
    const response = await read.match(request);
    const head = `${(await response.text()).split("</title>", 1)[0]}</title>`;
    const link = document.createElement("a");
    link.href = new URL(request.url).pathname;
    const { title } = new DOMParser().parseFromString(head, "text/html");
    link.textContent = title.endsWith(list.dataset.site) ? title.slice(0, -list.dataset.site.length) : title;
    const time = document.createElement("time");
    time.dateTime = response.headers.get("X-Read-At");
    time.textContent = new Date(time.dateTime)
      .toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    const small = document.createElement("small");
    small.append(time);
    const item = document.createElement("li");
    item.append(link, small);
    list.append(item);
  }
  document.getElementById(list.children.length ? "some-kept" : "none-kept").hidden = false;
})();

document.getElementById("again")?.addEventListener("click", () => window.location.reload());
