// A button that copies a link or an address. Without this script, or where a browser does not allow it, she selects it.
const SAID_MS = 50;

for (const row of document.querySelectorAll("[data-copying]")) {
  const text = document.getElementById(row.dataset.copying);
  if (!navigator.clipboard || !text) continue;
  row.hidden = false;
  row.querySelector("button").addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    // The place is there from the start, empty: what comes into it is read out, the second time too.
    const said = row.querySelector("[data-copied]");
    said.textContent = "";
    setTimeout(() => (said.textContent = said.dataset.copied), SAID_MS);
  });
}
