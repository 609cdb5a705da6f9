// Small comforts. Every page works without this file.

// On a wide screen the filters stand beside the list, so they need not be folded.
const wide = window.matchMedia("(min-width: 60rem)");
for (const fold of document.querySelectorAll("[data-open-when-wide]")) {
  const follow = () => { fold.open = wide.matches; };
  wide.addListener(follow); // addEventListener is missing in older WebKit
  follow();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
