// What a reader said of the own community is remembered on this device and filled in again. What was written about
// the dispute never is.
import { onPage, say } from "./page.js";

const NAME = "community";
const FIELDS = ["my_type", "my_property", "my_place", "my_households"];

function remembered() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(NAME) || "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch (closed) { // storage is switched off, or holds what we did not write
    return {};
  }
}

function remember(values) {
  try {
    if (Object.keys(values).length) window.localStorage.setItem(NAME, JSON.stringify(values));
    else window.localStorage.removeItem(NAME);
  } catch (closed) { /* then it is for this answer only */ }
}

function fields() {
  return FIELDS.map(name => document.getElementById(name)).filter(Boolean);
}

function written() {
  const values = {};
  for (const field of fields()) if (field.value) values[field.name] = field.value;
  return values;
}

function fill(place) {
  const kept = remembered();
  let filled = false;
  for (const field of fields()) {
    if (field.value || typeof kept[field.name] !== "string") continue;
    field.value = kept[field.name];
    filled = filled || field.value !== "";
  }
  if (filled) note(place, place.dataset.filled);
}

function note(place, text) {
  const line = place.querySelector("[data-remembers]");
  const said = line.querySelector("[data-said]") || line.insertBefore(document.createElement("b"), line.firstChild);
  said.setAttribute("data-said", "");
  said.textContent = `${text} `;
}

function offer() {
  const place = document.getElementById("community");
  if (!place) return;
  for (const hidden of place.querySelectorAll("[data-remembers], [data-forget-community]")) hidden.hidden = false;
  fill(place);
}

onPage(offer);

document.addEventListener("submit", event => {
  if (event.target.id === "ask" && document.getElementById("community")) remember(written());
}, true);

document.addEventListener("click", event => {
  const button = event.target.closest("[data-forget-community]");
  if (!button) return;
  remember({});
  for (const field of fields()) field.value = "";
  note(document.getElementById("community"), button.dataset.forgotten);
  say(button.dataset.forgotten);
});
