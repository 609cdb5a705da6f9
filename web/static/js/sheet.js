// Small comforts of the work sheet. It works without this file.

import { copy } from "./page.js";

const form = document.getElementById("sheet");
if (form) {
  let written = false;
  form.addEventListener("input", () => { written = true; });
  form.addEventListener("submit", () => { written = false; });
  window.addEventListener("beforeunload", (event) => {
    if (written) {
      event.preventDefault();
      event.returnValue = ""; // older browsers ask only then
    }
  });

  const fit = (box) => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  for (const box of form.querySelectorAll("textarea")) {
    fit(box);
    box.addEventListener("input", () => fit(box));
  }
}

const button = document.getElementById("copy");
if (button) {
  button.parentNode.hidden = false;
  button.addEventListener("click", () => {
    copy(document.getElementById("text")).then((done) => {
      document.getElementById("copy-status").textContent = done ? button.dataset.copied : button.dataset.byHand;
    });
  });
}

for (const words of document.querySelectorAll("[data-without-scripts]")) words.hidden = true;
