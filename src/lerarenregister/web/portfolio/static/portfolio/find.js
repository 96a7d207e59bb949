// Finds while she types. What she types is posted, as with the button, and the answer takes the place of the last one.

const WAIT_MS = 200;
const TELL_MS = 700; // she types on: only what stands there for a moment is read out, and of that only how much it is

for (const form of document.querySelectorAll("form[data-find]")) {
  const place = document.getElementById(form.dataset.find);
  const told = document.getElementById(form.dataset.told);
  const field = form.elements.namedItem("woorden");
  let timer = 0;
  let asking = null;
  let telling = 0;

  const tell = () => {
    clearTimeout(telling);
    if (!told) return;
    told.textContent = "";
    telling = setTimeout(() => (told.textContent = place.querySelector("[data-count]")?.textContent ?? ""), TELL_MS);
  };

  const find = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new FormData(form);
    body.set("deel", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: asking.signal, redirect: "error" });
      if (!answer.ok) return failed(); // too often, or signed out: the button says what is the matter
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
      tell();
    } catch (error) {
      if (error.name !== "AbortError") failed(); // else a newer question was asked
    }
    return undefined;
  };

  // What was found for other words must not stand under these.
  const failed = () => {
    const line = Object.assign(document.createElement("p"), { textContent: form.dataset.failed });
    line.dataset.count = "";
    place.replaceChildren(line);
    tell();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}
