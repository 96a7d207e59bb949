// The page about her own device: makes the place for her texts when she marks it, and shows what could not be sent.

const mark = document.querySelector("form[data-mark]");
const section = document.querySelector("section[data-texts]");
const { opened, prepare, wipe } = await import((mark ?? section).dataset.queue);

mark?.addEventListener("submit", async (event) => {
  if (mark.dataset.ready) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    await prepare(mark.dataset.tag);
    await navigator.serviceWorker.register(mark.dataset.worker);
    await Promise.race([navigator.serviceWorker.ready, late()]);
    navigator.storage.persist?.(); // or a full device may throw away what waits
    mark.dataset.ready = "1";
    mark.requestSubmit(event.submitter);
  } catch {
    const line = mark.querySelector("[role=status]");
    await wipe().catch(() => {});
    line.textContent = line.dataset.failed;
  }
});

// Only now: a press before this script would mark a device that keeps nothing.
if (mark) mark.hidden = false;

function late() {
  return new Promise((_, reject) => setTimeout(reject, 15_000));
}

if (section) {
  const queue = await opened();
  // Wiped without a connection, or by the browser: then the mark goes too.
  if (queue) await shown(queue);
  else document.querySelector("form[data-ends-device]").requestSubmit();
  document.addEventListener("lr-sent", () => queue && shown(queue));
}

async function shown(queue) {
  const texts = await queue.waiting();
  const refused = texts.filter(([, text]) => text.said);
  const line = section.querySelector("[role=status]");
  const count = texts.length - refused.length;
  const words = count === 0 ? (refused.length ? "" : line.dataset.none) : line.dataset[count === 1 ? "one" : "more"];
  const draft = (await queue.draft()) ? line.dataset.draft : "";
  const said = [count === 0 && draft ? "" : words.replace("{count}", count), refused.length ? line.dataset.refused : "", draft];
  line.textContent = said.filter(Boolean).join(" ");
  for (const form of section.querySelectorAll("form")) form.remove();
  for (const [id, text] of refused) section.append(formOf(queue, id, text));
}

function fieldOf(name, label, value) {
  const field = Object.assign(document.createElement("input"), { name, value, className: "utrecht-textbox utrecht-textbox--html-input" });
  const words = Object.assign(document.createElement("label"), { className: "utrecht-form-label", textContent: `${label} ` });
  words.append(field);
  return words;
}

function formOf(queue, id, text) {
  const form = section.querySelector("template").content.firstElementChild.cloneNode(true);
  const fields = new Map(text.fields);
  for (const name of ["datum", "tekst"]) form.elements[name].value = fields.get(name) ?? "";
  const more = form.querySelector("[data-more]");
  const others = Object.keys(more.dataset).filter((name) => fields.get(name)); // one of these may be what is wrong
  for (const name of others) more.append(fieldOf(name, more.dataset[name], fields.get(name)));
  for (const each of text.said) form.querySelector("[data-said]").append(Object.assign(document.createElement("li"), { textContent: each }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = ["datum", "tekst", ...others];
    const changed = text.fields.filter(([name]) => !asked.includes(name));
    changed.push(...asked.map((name) => [name, form.elements[name].value]));
    await queue.put(id, { ...text, fields: changed, chosen: true, said: undefined });
    await queue.send(section.dataset.door);
    await shown(queue);
  });
  form.querySelector("[data-drop]").addEventListener("click", async ({ currentTarget }) => {
    if (!confirm(currentTarget.dataset.drop)) return;
    await queue.remove(id);
    await shown(queue);
  });
  return form;
}
