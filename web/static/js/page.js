// Small comforts. Every page works without this file.
//
// live.js may put another <main> in place without the page being loaded anew, and then sends the event
// "casebook:page" on document. Whoever makes something of what is inside <main> says so once:
//
//     import { onPage } from "./page.js";
//     onPage(() => { … document.querySelectorAll("[data-mine]") … });
//
// and is called now and after every such change; what it finds is new each time. Listeners on document need not
// be set again. say("…") tells a screen reader. In a page, without a line of script:
//
//     <button type="button" hidden data-print>                    prints
//     <details data-open-when-wide>                               is open on a wide screen, folded on a narrow one
//     <button type="button" hidden data-copy="#text" data-copied="已复制">   copies what #text holds

/** Call `enhance` now and whenever <main> was replaced. */
export function onPage(enhance) {
  enhance();
  document.addEventListener("casebook:page", enhance);
}

/** Say `text` to who hears the page; it is also what stands beside the bar while an answer is awaited. */
export function say(text) {
  const region = document.getElementById("live");
  if (region) region.textContent = text;
}

/** Copy what `holder` holds; where no way of copying works it is left selected, and false comes back. */
export function copy(holder) {
  const text = "value" in holder ? holder.value : holder.textContent;
  if (!navigator.clipboard) return Promise.resolve(copySelected(holder));
  return navigator.clipboard.writeText(text).then(() => true, () => copySelected(holder));
}

function copySelected(holder) {
  if (holder.select) {
    holder.focus();
    holder.select();
  } else {
    window.getSelection().selectAllChildren(holder);
  }
  try {
    return document.execCommand("copy");
  } catch (refused) {
    return false;
  }
}

// On a wide screen the filters stand beside the list, so they need not be folded.
const wide = window.matchMedia("(min-width: 60rem)");
function unfold() {
  for (const fold of document.querySelectorAll("[data-open-when-wide]")) fold.open = wide.matches;
}
wide.addListener(unfold); // addEventListener is missing in older WebKit

function offer() {
  for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
}

function copyFor(button) {
  const holder = document.querySelector(button.dataset.copy);
  if (!holder) return;
  const label = button.textContent;
  copy(holder).then(done => {
    if (!done || !button.dataset.copied || label === button.dataset.copied) return;
    button.textContent = button.dataset.copied;
    say(button.dataset.copied);
    window.setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// The bar that makes something of ticked cases stays in sight once there is one.
function followChoice() {
  const bar = document.getElementById("choose");
  if (bar) bar.classList.toggle("has-choice", document.querySelector("input[form=choose]:checked") !== null);
}

onPage(unfold);
onPage(offer);
onPage(followChoice);
document.addEventListener("change", followChoice);
window.addEventListener("pageshow", followChoice);
document.addEventListener("click", event => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.hasAttribute("data-print")) window.print();
  else copyFor(button);
});
