// Copies the citation, also where a page has no access to the clipboard: then it is left selected.

for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    window.getSelection().selectAllChildren(text);
    told.textContent = copied() ? told.dataset.copied : told.dataset.selected;
  });
}

function copied() {
  try {
    return document.execCommand("copy");
  } catch (error) {
    return false;
  }
}

for (const item of document.querySelectorAll("[data-with-print]")) item.hidden = false;
