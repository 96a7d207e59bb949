// Runs on devices that she marked as hers, and nowhere else. It keeps one page without anything personal and the static
// files of it, and shows that page when there is no connection. Pages of hers are never kept; what she sends it leaves
// alone, and so a sign-in, which another answer may not stand in for.
const { files, shell, version } = {{ values|safe }};
const CACHE = `zonder-verbinding ${version} ${files.join(" ")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(kept().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(onlyThisVersion().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname.startsWith("/inloggen/")) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => stored(shell)));
  else if (files.includes(pathname)) event.respondWith(fetch(request).catch(() => stored(pathname)));
});

async function kept() {
  const cache = await caches.open(CACHE);
  // Without cookies: the answers can not be hers.
  await cache.addAll([shell, ...files].map((each) => new Request(each, { credentials: "omit", cache: "no-cache" })));
}

async function onlyThisVersion() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

async function stored(path) {
  return (await caches.match(path, { ignoreVary: true })) ?? Response.error();
}
