// What a device of hers keeps while there is no connection: texts, sealed under a key that no script can take out of
// the browser. Nothing is made here but by `prepare`, which she asks for by marking the device.

const NAME = "lerarenregister";
const OWNER = "owner";
const DRAFT = "draft";
const PADDING = 1024;

// The queue of this device, or null when it keeps none: looking makes nothing.
export async function opened() {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open(NAME);
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
    asked.onsuccess = () => resolve(asked.result);
  });
  return db && heldBy(db);
}

// Called when she marks the device: a place for her texts, and a key that can not leave this browser.
export async function prepare(tag) {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("about");
      asked.result.createObjectStore("texts");
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => resolve(asked.result);
  });
  const there = await heldBy(db);
  if (there?.tag === tag) return there;
  const write = db.transaction(["about", "texts"], "readwrite");
  write.objectStore("texts").clear();
  write.objectStore("about").put({ tag, key }, OWNER);
  await done(write);
  return heldBy(db);
}

// All that this device keeps: texts, key, page and worker.
export async function wipe() {
  const workers = await navigator.serviceWorker?.getRegistrations();
  await Promise.all((workers ?? []).map((each) => each.unregister()));
  for (const name of await caches.keys()) await caches.delete(name);
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}

// The day that this device thinks it is, as a form field has it.
export function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
}

async function heldBy(db) {
  db.onversionchange = () => db.close(); // another tab wipes
  const owner = await result(db.transaction("about").objectStore("about").get(OWNER));
  if (!owner) return null;
  return new Queue(db, owner);
}

class Queue {
  constructor(db, { tag, key }) {
    this.db = db;
    this.tag = tag;
    this.key = key;
  }

  // A text: the fields of its form, and under which ids it will be kept, whatever happens on the way.
  async add(text) {
    await this.put(crypto.randomUUID(), { beside: crypto.randomUUID(), ...text, at: Date.now() });
  }

  async put(id, text) {
    const sealed = await this.sealed(id, text);
    const write = this.db.transaction("texts", "readwrite", { durability: "strict" });
    write.objectStore("texts").put(sealed, id);
    await done(write);
  }

  async remove(id) {
    const write = this.db.transaction("texts", "readwrite");
    write.objectStore("texts").delete(id);
    await done(write);
  }

  // What waits, in the order in which she wrote it.
  async waiting() {
    const store = this.db.transaction("texts").objectStore("texts");
    const [ids, sealed] = await Promise.all([result(store.getAllKeys()), result(store.getAll())]);
    const texts = await Promise.all(ids.map(async (id, place) => [id, await this.unsealed(id, sealed[place])]));
    return texts.filter(([id]) => id !== DRAFT).sort(([, one], [, other]) => one.at - other.at);
  }

  async count() {
    const store = this.db.transaction("texts").objectStore("texts");
    return (await result(store.getAllKeys())).filter((id) => id !== DRAFT).length;
  }

  // The text that she has not finished, when the page that keeps it goes away; "" takes it away.
  async keepDraft(typed) {
    await (typed.trim() ? this.put(DRAFT, { typed }) : this.remove(DRAFT));
  }

  // The text that she has not finished becomes one that waits.
  async addDraft() {
    const typed = await this.draft();
    if (!typed) return;
    await this.add({ entry: crypto.randomUUID(), base: 0, fields: [["tekst", typed], ["datum", today()]], chosen: false });
    await this.keepDraft("");
  }

  async draft() {
    const sealed = await result(this.db.transaction("texts").objectStore("texts").get(DRAFT));
    return sealed ? (await this.unsealed(DRAFT, sealed)).typed : "";
  }

  // Sealed for its own place, and filled up, so that its size says little.
  async sealed(id, text) {
    const plain = new TextEncoder().encode(JSON.stringify(text));
    const padded = new Uint8Array(Math.ceil(plain.length / PADDING) * PADDING).fill(32);
    padded.set(plain);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, sealed: await crypto.subtle.encrypt({ ...this.place(id), iv }, this.key, padded) };
  }

  async unsealed(id, { iv, sealed }) {
    const plain = await crypto.subtle.decrypt({ ...this.place(id), iv }, this.key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  place(id) {
    return { name: "AES-GCM", additionalData: new TextEncoder().encode(`text 1|${this.tag}|${id}`) };
  }

  // Sends what waits, one after another, in one tab at a time. Says where it stopped: `done`, `signed-out`,
  // `somebody-else`, `busy` (another tab is at it), `full`, or `away` for anything that may pass; and how many were sent,
  // kept beside another text, and refused.
  async send(url) {
    const now = async (lock) => (lock ? await this.sendAll(url) : { state: "busy", sent: 0, both: 0 });
    const came = await navigator.locks.request("lerarenregister", { ifAvailable: true }, now);
    const left = await this.waiting();
    return { ...came, left: left.length, refused: left.filter(([, text]) => text.said).length };
  }

  async sendAll(url) {
    const came = { state: "done", sent: 0, both: 0 };
    const texts = (await this.waiting()).filter(([, text]) => !text.said);
    let door = await ask(url);
    for (const [id, text] of texts) {
      if (door.state === "ready" && door.tag !== this.tag) door = { state: "somebody-else" };
      if (door.state !== "ready") return { ...came, state: door.state };
      const answer = await ask(url, this.form(text, door.token));
      if (answer.state === "saved" || answer.state === "both" || answer.state === "nothing-to-keep") {
        await this.remove(id); // when this tab is killed before, it is sent once more, and is there once
        came.sent += 1;
        came.both += answer.state === "both";
      } else if (answer.state === "invalid") {
        await this.put(id, { ...text, said: answer.said });
      } else {
        return { ...came, state: answer.state };
      }
    }
    return texts.length || door.state === "ready" ? came : { ...came, state: door.state };
  }

  form({ entry, base, beside, fields, chosen }, token) {
    const form = new URLSearchParams(fields);
    form.set("formulier", entry);
    form.set("versie", base);
    form.set("naast", beside);
    form.set("apparaat", this.tag);
    if (chosen) form.set("gekozen", "1");
    form.set("csrfmiddlewaretoken", token);
    return form;
  }
}

// Asks the register, and says `away` when no answer came that can be read.
export async function ask(url, body) {
  const how = body ? { method: "POST", body } : {};
  try {
    const answer = await fetch(url, {
      ...how,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(body ? 60_000 : 6_000),
    });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    return ["too-often", undefined].includes(said.state) ? { state: "away" } : said;
  } catch {
    return { state: "away" };
  }
}

function result(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function done(write) {
  return new Promise((resolve, reject) => {
    write.oncomplete = () => resolve();
    write.onerror = write.onabort = () => reject(write.error);
  });
}
