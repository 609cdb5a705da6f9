// Find on this page: marks every place and leads from one to the next.

const MOST = 500;
const box = document.querySelector("[data-find]");
const field = box.querySelector("input");
const count = box.querySelector("[role=status]");
const steps = [...box.querySelectorAll("[data-step]")];

let marks = [];
let current = -1;

box.hidden = false;

function clear() {
  for (const mark of marks) {
    const parent = mark.parentNode;
    parent.replaceChild(document.createTextNode(mark.textContent), mark);
    parent.normalize();
  }
  marks = [];
  current = -1;
}

function isRead(node) {
  const within = node.parentElement;
  return !within.closest("[data-find], nav, svg, button, script, .sr, [hidden]");
}

function textNodes() {
  const walker = document.createTreeWalker(box.closest("article"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (isRead(walker.currentNode)) nodes.push(walker.currentNode);
  return nodes;
}

function markIn(node, wanted) {
  let rest = node;
  let at = rest.data.toLowerCase().indexOf(wanted);
  while (at >= 0 && marks.length < MOST) {
    const hit = rest.splitText(at);
    rest = hit.splitText(wanted.length);
    const mark = document.createElement("mark");
    hit.parentNode.replaceChild(mark, hit);
    mark.appendChild(hit);
    marks.push(mark);
    at = rest.data.toLowerCase().indexOf(wanted);
  }
}

function tell() {
  const text = marks.length ? box.dataset.count : box.dataset.none;
  count.textContent = field.value.trim() ? text.replace("{n}", current + 1).replace("{total}", marks.length) : "";
  box.classList.toggle("find-on", field.value !== "");
  for (const button of steps) button.disabled = !marks.length;
}

function unfold(element) {
  for (let at = element.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
}

function go(step) {
  if (!marks.length) return;
  if (current >= 0) marks[current].classList.remove("mark-current");
  current = (current + step + marks.length) % marks.length;
  const mark = marks[current];
  mark.classList.add("mark-current");
  unfold(mark);
  mark.scrollIntoView({ block: "center" });
  tell();
}

function search() {
  clear();
  const wanted = field.value.trim().toLowerCase();
  if (wanted) for (const node of textNodes()) markIn(node, wanted);
  tell();
  go(1);
}

function end() {
  field.value = "";
  clear();
  tell();
}

let composing = false; // letters of an input method are no words yet
field.addEventListener("compositionstart", () => { composing = true; });
field.addEventListener("compositionend", () => { composing = false; search(); });
field.addEventListener("input", () => { if (!composing) search(); });
field.addEventListener("keydown", event => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") end();
  else if (event.key === "Enter") { event.preventDefault(); go(event.shiftKey ? -1 : 1); }
});
for (const button of steps) button.addEventListener("click", () => go(Number(button.dataset.step)));
