// Reading without a network. The worker keeps pages; here it is told which, and what it has is shown.
// Browsers allow it on https and on the machine itself only; elsewhere nothing is kept and nothing is missing.

const worker = window.isSecureContext && "caches" in window ? navigator.serviceWorker : undefined;
const FROM_AN_ANSWER = 5;
const BATCH = 6;

if (worker) begin().catch(() => {}); // a browser may refuse, in a private window for one
showKeptCases();
offerToKeepAll();

async function begin() {
  await worker.register("/worker.js");
  const { active } = await worker.ready;
  active.postMessage({ tend: true });
  active.postMessage({ keep: [location.pathname + location.search, ...casesOfAnAnswer()] });
  document.addEventListener("casebook:page", () => active.postMessage({ keep: casesOfAnAnswer() }));
  await followLanguage(active);
}

function casesOfAnAnswer() {
  if (!location.pathname.startsWith("/answers/")) return [];
  const links = [...document.querySelectorAll("main a[href^='/cases/']")];
  return [...new Set(links.map(link => new URL(link.href).pathname))].slice(0, FROM_AN_ANSWER);
}

// The page for what was not kept was fetched in the language of that moment.
async function followLanguage(active) {
  const page = await caches.match("/offline", { ignoreVary: true });
  const lang = `lang="${document.documentElement.lang}"`;
  if (page && !(await page.text()).slice(0, 200).includes(lang)) active.postMessage({ keep: ["/offline"], fresh: true });
}

async function showKeptCases() {
  const list = document.querySelector("[data-kept-cases]");
  if (!list || !("caches" in window)) return;
  const cases = await keptCases();
  for (const [path, title] of cases) {
    const link = document.createElement("a");
    link.href = path;
    link.textContent = title;
    list.appendChild(document.createElement("li")).appendChild(link);
  }
  document.querySelector("[data-none-kept]").hidden = cases.length > 0;
}

async function keptCases() {
  const found = new Map();
  for (const name of (await caches.keys()).filter(known => known.startsWith("casebook-pages-"))) {
    const cache = await caches.open(name);
    const requests = (await cache.keys()).filter(request => /^\/cases\/[^/]+$/.test(new URL(request.url).pathname));
    for (const request of requests) found.set(new URL(request.url).pathname, await titleOf(cache, request));
  }
  return [...found].sort((one, other) => one[1].localeCompare(other[1], "zh"));
}

async function titleOf(cache, request) {
  const text = await (await cache.match(request, { ignoreVary: true })).text();
  const head = new DOMParser().parseFromString(text.slice(0, text.indexOf("</head>")), "text/html");
  return head.title.replace(/ · [^·]*$/, "");
}

function offerToKeepAll() {
  const section = document.querySelector("[data-keep]");
  if (!section) return;
  const button = section.querySelector("[data-keep-all]");
  const told = section.querySelector("[role=status]");
  section.hidden = false;
  document.querySelector("[data-keep-link]").hidden = false;
  if (!worker) {
    button.disabled = true;
    told.textContent = told.dataset.insecure;
    return;
  }
  button.addEventListener("click", () => keepAll(section, button, told));
}

async function keepAll(section, button, told) {
  const progress = section.querySelector("progress");
  button.disabled = true;
  section.querySelector("[data-keep-progress]").hidden = false;
  let done = 0;
  try {
    const paths = await allPaths();
    progress.max = paths.length;
    for (let start = 0; start < paths.length; start += BATCH) {
      done += await ask(paths.slice(start, start + BATCH));
      progress.value = done;
      told.textContent = written(told.dataset.saving, done, paths.length);
    }
    told.textContent = written(done === paths.length ? told.dataset.saved : told.dataset.broken, done, paths.length);
  } catch (error) {
    told.textContent = written(told.dataset.broken, done, progress.max);
  }
  button.disabled = false;
}

async function allPaths() {
  const paths = ["/", "/cases", "/library", "/map"];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await (await fetch(`/api/v1/cases?page_size=100&page=${page}`)).json();
    pages = answer.pages;
    paths.push(...answer.cases.map(found => `/cases/${found.case_id}`));
  }
  return paths;
}

// Asks the worker to keep some pages and returns how many of them it has.
async function ask(paths) {
  const { active } = await worker.ready;
  return new Promise(resolve => {
    const channel = new MessageChannel();
    channel.port1.onmessage = event => resolve(event.data);
    active.postMessage({ keep: paths }, [channel.port2]);
  });
}

function written(text, n, total) {
  return text.replace("{n}", n).replace("{total}", total);
}
