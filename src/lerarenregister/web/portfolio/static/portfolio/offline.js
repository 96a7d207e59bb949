// The page that a marked device shows when there is no connection: she writes, it waits, and it goes when it can.

const { queue: module, door, home } = document.body.dataset;
const { opened, ask, today, wipe } = await import(module);
const RETRY_MS = 15_000;
const DRAFT_MS = 600;
const line = document.querySelector("[data-waiting]");
const words = line.dataset;
const form = document.querySelector("[data-write] form");
const queue = await opened();
let drafting = 0;
let gone = false;
let suggested = today();

function show(name, shown = true) {
  document.querySelector(`[data-${name}]`).hidden = !shown;
}

async function waits() {
  const count = await queue.count();
  return count ? words[count === 1 ? "one" : "more"].replace("{count}", count) : "";
}

async function say(...sentences) {
  line.textContent = [...sentences, await waits()].filter(Boolean).join(" ");
}

function connected() {
  const heading = document.querySelector("h1");
  heading.textContent = heading.dataset.back;
  document.title = document.title.replace(/^[^·]*/, `${heading.dataset.back} `);
  show("elsewhere", false);
}

async function save() {
  const text = form.elements.tekst.value;
  if (!text.trim()) return;
  const on = form.elements.datum.value;
  const fields = [["tekst", text], ["datum", on]];
  try {
    await queue.add({ entry: crypto.randomUUID(), base: 0, fields, chosen: on !== suggested });
    clearTimeout(drafting);
    const { tekst } = form.elements;
    if (tekst.value === text) tekst.value = ""; // what she typed meanwhile stays
    await queue.keepDraft(tekst.value);
  } catch {
    await say(words.failed);
    return;
  }
  suggested = form.elements.datum.value = today();
  await say(words.kept);
  form.elements.tekst.focus();
  await send();
}

async function send() {
  if (gone) return;
  if (!(await queue.count())) {
    const back = (await ask(door)).state;
    if (back === "away") return;
    connected();
    show("to-portfolio", back === "ready");
    show("to-sign-in", back === "signed-out");
    return;
  }
  const { state, sent, both, left, refused } = await queue.send(door);
  if (state === "away" || state === "busy") return;
  const said = [];
  if (sent) said.push(words[sent === 1 ? "sentOne" : "sentMore"].replace("{count}", sent));
  if (both) said.push(words.both);
  if (refused) said.push(words.refused);
  if (state === "signed-out") said.push(words.signedOut);
  if (state === "full") said.push(words.full);
  if (state === "somebody-else") said.push(words.somebodyElse);
  connected();
  await say(...said);
  show("to-portfolio", state === "done");
  show("to-sign-in", state === "signed-out");
  show("to-device", left > 0 && state !== "signed-out");
}

async function again() {
  if (document.visibilityState === "visible") await send();
  setTimeout(again, RETRY_MS);
}

if (queue) {
  show("elsewhere", location.pathname !== home);
  show("write");
  show("wipe");
  form.elements.datum.value = suggested;
  form.elements.tekst.value = await queue.draft();
  await say();
  let saving = Promise.resolve();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saving = saving.then(save);
  });
  form.elements.tekst.addEventListener("input", ({ target }) => {
    clearTimeout(drafting);
    drafting = setTimeout(() => queue.keepDraft(target.value), DRAFT_MS);
  });
  document.querySelector("[data-wipe] button").addEventListener("click", async () => {
    clearTimeout(drafting);
    gone = true;
    await wipe();
    show("write", false);
    show("wipe", false);
    line.textContent = words.wiped;
  });
  addEventListener("online", send);
  setTimeout(again, RETRY_MS);
} else {
  show("nothing");
}
