// Keeps pages for reading without a network. The server puts `versions` before this: of the cases, of the files.
// Kept are pages that anybody may see; never answers, drafts, forms, or anything that was posted.

const ALL_PAGES = "casebook-pages-";
const ALL_FILES = "casebook-files-";
const PAGES = ALL_PAGES + self.versions.pages;
const FILES = ALL_FILES + self.versions.files;
const OFFLINE = "/offline";
const AT_ONCE = 20;

const CASE = /^\/cases\/[a-z0-9-]+$/;
const LISTS = ["/cases", "/library", "/map"];

function mayKeep(url) {
  if (url.origin !== self.location.origin) return false;
  return LISTS.includes(url.pathname) || (url.search === "" && (url.pathname === "/" || CASE.test(url.pathname)));
}

function isWhole(answer) {
  const control = answer.headers.get("Cache-Control") || "";
  return answer.status === 200 && answer.type === "basic" && !answer.redirected && !control.includes("no-store");
}

self.addEventListener("install", event => {
  self.skipWaiting();
  event.waitUntil(keep(OFFLINE));
});

self.addEventListener("activate", event => event.waitUntil(begin()));

async function begin() {
  const names = await caches.keys();
  const old = names.filter(name => name.startsWith(ALL_FILES) && name !== FILES);
  await Promise.all(old.map(name => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.method !== "GET") posted(event);
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event, url));
});

// Never kept; but without a network what was written must not end on the browser's own page.
function posted(event) {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(async () => await kept(new URL(OFFLINE, event.request.url)) || Response.error()));
}

async function file(request) {
  const files = await caches.open(FILES);
  const known = await files.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (isWhole(answer)) await files.put(request.url, answer.clone());
  return answer;
}

async function page(event, url) {
  try {
    const answer = await fetch(event.request);
    if (mayKeep(url) && isWhole(answer)) event.waitUntil(store(url.href, answer.clone()));
    return answer;
  } catch (error) {
    const known = mayKeep(new URL(url.pathname, url)) && await kept(url);
    return known || await kept(new URL(OFFLINE, url)) || Response.error();
  }
}

// What was fetched last comes first; pages of an older snapshot are better than none.
async function kept(url) {
  const options = { ignoreVary: true, ignoreSearch: CASE.test(url.pathname) };
  const newest = await (await caches.open(PAGES)).match(url.href, options);
  return newest || caches.match(url.href, options);
}

// Its files first: a page that is there can be read.
async function store(address, answer) {
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)];
  await Promise.all(files.map(found => file(new Request(found[1]))));
  await (await caches.open(PAGES)).put(address, answer);
}

// Returns whether the page is there now; throws without a network.
async function keep(path, fresh) {
  const url = new URL(path, self.location.origin);
  if (!fresh && await (await caches.open(PAGES)).match(url.href, { ignoreVary: true })) return true;
  const answer = await fetch(url.href, { cache: "no-cache" });
  if (!isWhole(answer)) return false;
  await store(url.href, answer);
  return true;
}

self.addEventListener("message", event => {
  const paths = (event.data.keep || []).filter(path => path === OFFLINE || mayKeep(new URL(path, self.location.origin)));
  event.waitUntil(event.data.tend ? tend() : keepAll(paths, event.data.fresh, event.ports[0]));
});

async function keepAll(paths, fresh, port) {
  const done = await Promise.all(paths.map(path => keep(path, fresh).catch(() => false)));
  if (port) port.postMessage(done.filter(Boolean).length);
}

// Pages of an older snapshot are fetched anew, a few at a time; then the older cache is dropped.
async function tend() {
  const older = (await caches.keys()).filter(name => name.startsWith(ALL_PAGES) && name !== PAGES);
  for (const name of older) {
    const cache = await caches.open(name);
    const requests = await cache.keys();
    for (const request of requests.slice(0, AT_ONCE)) {
      await keep(new URL(request.url).pathname);
      await cache.delete(request);
    }
    if (requests.length <= AT_ONCE) await caches.delete(name);
  }
}
