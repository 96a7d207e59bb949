// A button that copies a link or an address. Without this script, or where a browser does not allow it, she selects it.
for (const row of document.querySelectorAll("[data-copying]")) {
  const text = document.getElementById(row.dataset.copying);
  if (!navigator.clipboard || !text) continue;
  row.hidden = false;
  row.querySelector("button").addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    row.querySelector("[data-copied]").hidden = false;
  });
}
