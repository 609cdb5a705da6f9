// On a phone the long sections are folded, so that the short rows are seen at one go. On paper all stand open.

const folds = document.querySelectorAll("[data-fold-when-narrow]");
const wide = window.matchMedia("(min-width: 48rem)");

function open() {
  for (const fold of folds) fold.open = true;
}

if (!wide.matches) for (const fold of folds) fold.open = false;
wide.addListener(() => { if (wide.matches) open(); }); // addEventListener is missing in older WebKit
window.addEventListener("beforeprint", open);
