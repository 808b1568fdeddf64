// Papers and summaries that a reader has opened are available without a connection.
// The server prepends `SITE`: {version, frame, offline, signOut, words, language}.
//
// A copy is what an anonymous reader would get, since it is requested without cookies. So no name,
// vote, private text or token is ever stored, and texts for their author only have no copy.
"use strict";

const FRAME = `frame-${SITE.version}`;
const READ = "read";
const PARTS = "parts";
const PAGES_KEPT = 50;
const PARTS_KEPT = 400;
const FRESH_MILLISECONDS = 10 * 60 * 1000;
const READABLE = /^\/(?:paper\/\d+\/[^/]+|summary\/\d+)$/;
const PART = /^\/(?:static|media)\//;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(fill());
});

async function fill() {
  const frame = await caches.open(FRAME);
  await frame.addAll([SITE.offline, ...SITE.frame].map(
    (address) => new Request(address, { credentials: "omit", cache: "no-cache" }),
  ));
}

addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  await registration.navigationPreload?.enable();
  for (const name of await caches.keys()) {
    if (name.startsWith("frame-") && name !== FRAME) await caches.delete(name);
  }
  await clients.claim();
  // Pages that are open already were loaded before this worker could store them.
  for (const client of await clients.matchAll({ type: "window" })) {
    const { pathname } = new URL(client.url);
    if (READABLE.test(pathname)) await keep(pathname);
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && SITE.signOut.includes(pathname)) {
    // The next person at this computer must not see what was read.
    event.waitUntil(caches.delete(READ));
  } else if (request.method === "GET" && request.mode === "navigate") {
    event.respondWith(page(event, pathname));
  } else if (request.method === "GET" && PART.test(pathname)) {
    event.respondWith(part(request));
  }
});

async function page(event, pathname) {
  let answer;
  try {
    answer = (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await copyOf(pathname)) || caches.match(SITE.offline);
  }
  if (READABLE.test(pathname)) {
    if (answer.ok) event.waitUntil(keep(pathname));
    else if (answer.status === 404 || answer.status === 410) event.waitUntil(forget(pathname));
  }
  return answer;
}

async function part(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") {
      const parts = await caches.open(PARTS);
      await parts.put(request, answer.clone());
    }
    return answer;
  } catch {
    return (await caches.match(request)) || Response.error();
  }
}

async function keep(pathname) {
  const read = await caches.open(READ);
  const before = await read.match(pathname);
  if (before && Date.now() - Date.parse(before.headers.get("X-Read-At")) < FRESH_MILLISECONDS) return;
  let answer;
  try {
    answer = await fetch(pathname, { credentials: "omit" });
  } catch {
    return;
  }
  if (!answer.ok || answer.redirected) {
    await read.delete(pathname);
    return;
  }
  const text = await answer.text();
  const headers = new Headers({
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": answer.headers.get("Content-Security-Policy") ?? "default-src 'none'",
    "X-Read-At": new Date().toISOString(),
  });
  // Deleted first, so that the newest is the last of the keys.
  await read.delete(pathname);
  await read.put(pathname, new Response(text, { headers }));
  await shorten(read, PAGES_KEPT);
  await keepParts(text);
}

async function keepParts(text) {
  const parts = await caches.open(PARTS);
  const matches = text.matchAll(/\s(?:href|src)="(\/(?:static|media)\/[^"#]+)/g);
  for (const address of new Set([...matches].map((match) => match[1].replaceAll("&amp;", "&")))) {
    if (!(await caches.match(address))) await parts.add(address).catch(() => {});
  }
  await shorten(parts, PARTS_KEPT);
}

async function shorten(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(keys.length - most, 0)).map((key) => cache.delete(key)));
}

async function forget(pathname) {
  await (await caches.open(READ)).delete(pathname);
}

async function copyOf(pathname) {
  const copy = await (await caches.open(READ)).match(pathname);
  if (!copy) return null;
  const text = await copy.text();
  const language = /<html lang="([\w-]+)"/.exec(text)?.[1] ?? SITE.language;
  const date = new Date(copy.headers.get("X-Read-At"))
    .toLocaleString(language === "en" ? "en-GB" : language, { dateStyle: "long", timeStyle: "short" });
  const message = (SITE.words[language] ?? SITE.words[SITE.language]).replace("{date}", date);
  const notice = `<p class="notice" role="status" id="offline-copy">${message}</p>`;
  return new Response(text.replace(/<main\b[^>]*>/, (main) => main + notice), { headers: copy.headers });
}
