// Says in a line below the map which case a dot is.

const told = document.querySelector("[data-map-status]");
const hint = told.textContent;

for (const dot of document.querySelectorAll(".dots a")) {
  const title = dot.querySelector("title").textContent;
  for (const kind of ["mouseenter", "focus"]) dot.addEventListener(kind, () => { told.textContent = title; });
  for (const kind of ["mouseleave", "blur"]) dot.addEventListener(kind, () => { told.textContent = hint; });
}
