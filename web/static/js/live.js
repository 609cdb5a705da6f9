// Answers without a new page: on an answer page, what would be sent to /search is fetched, and the <main> of the
// answer is put in place of the old one. An answer overtaken by a newer question is dropped. Whatever goes wrong,
// the form is sent the ordinary way. The address is that of the answer, so that going back works as ever.
import { say } from "./page.js";

const PATIENCE = 400; // ms: what comes sooner needs no notice
const REPLACED = ["main", ".switch", ".colophon"]; // the latter two hold addresses that lead back here

const region = document.getElementById("live");
let newest = 0;
let running = null;
let waiting = 0;
let pressed = null;
let shown = location.pathname;

// event.submitter is younger than Chromium 80.
document.addEventListener("click", event => {
  const button = event.target.closest("button, input[type=submit]");
  pressed = button && button.form ? button : null;
});

document.addEventListener("submit", event => {
  const form = event.target;
  const button = pressed && pressed.form === form ? pressed : null;
  pressed = null;
  if (event.defaultPrevented || !asks(form, button)) return;
  if (navigator.onLine === false) { // the browser's own page would take away what was written
    event.preventDefault();
    region.classList.add("busy");
    say(region.dataset.offline);
    return;
  }
  showProgress();
  if (!location.pathname.startsWith("/answers/") || !window.AbortController) return;
  event.preventDefault();
  answer(form, button);
});

function asks(form, button) {
  const target = button && button.hasAttribute("formaction") ? button.formAction : form.action;
  return form.method === "post" && target === `${location.origin}/search`;
}

function answer(form, button) {
  const number = ++newest;
  const sent = fields(form, button);
  if (running) running.abort();
  running = new AbortController();
  fetch("/search", { method: "POST", body: sent, signal: running.signal, credentials: "same-origin" })
    .then(response => {
      if (!response.ok || !new URL(response.url).pathname.startsWith("/answers/")) throw new Error("no answer");
      return response.text().then(html => ({ html, url: response.url }));
    })
    .then(({ html, url }) => { if (number === newest) show(html, url, sent.get("query")); })
    .catch(() => { if (number === newest) sendOrdinarily(form, button); });
}

function fields(form, button) {
  const pairs = new URLSearchParams(new FormData(form));
  if (button && button.name) pairs.append(button.name, button.value);
  return pairs;
}

function show(html, url, asked) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!fits(page)) throw new Error("a page of another kind");
  hideProgress();
  const typed = typing(asked);
  history.pushState(null, "", url);
  shown = location.pathname;
  document.title = page.title;
  for (const part of REPLACED) {
    const [before, after] = [document.querySelector(part), page.querySelector(part)];
    if (before && after) before.replaceWith(document.importNode(after, true));
  }
  document.dispatchEvent(new CustomEvent("casebook:page"));
  arrive(typed);
}

// Only a page that is drawn and enhanced by what is here already can take this one's place.
function fits(page) {
  const here = new Set([...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(address));
  return page.querySelector("main") && [...page.querySelectorAll("link[rel=stylesheet], script[src]")].every(part => here.has(address(part)));
}

function address(part) {
  return part.getAttribute("href") || part.getAttribute("src");
}

// Somebody who went on writing while the answer was on its way keeps what was written, and the place in it.
function typing(asked) {
  const box = document.getElementById("query");
  const same = asked === null || (box && box.value === asked.replace(/\r\n/g, "\n"));
  if (!box || same || document.activeElement !== box) return null;
  return { text: box.value, start: box.selectionStart, end: box.selectionEnd };
}

function arrive(typed) {
  const count = document.querySelector("main [role=status]");
  say(count ? count.textContent.trim() : document.title);
  const box = document.getElementById("query");
  if (typed && box) {
    box.value = typed.text;
    box.focus({ preventScroll: true });
    box.setSelectionRange(typed.start, typed.end);
    return;
  }
  const heading = document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function sendOrdinarily(form, button) {
  if (button && button.name) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = button.name;
    field.value = button.value;
    form.appendChild(field);
  }
  HTMLFormElement.prototype.submit.call(form);
}

function showProgress() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    region.classList.add("busy");
    say(region.dataset.busy);
  }, PATIENCE);
}

function hideProgress() {
  window.clearTimeout(waiting);
  region.classList.remove("busy");
  say("");
}

// A place in the same page is no other answer. What comes back is fetched anew, since the page shows another one.
window.addEventListener("popstate", () => { if (location.pathname !== shown) location.reload(); });
window.addEventListener("pageshow", hideProgress);
window.addEventListener("online", hideProgress);
