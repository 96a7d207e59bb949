// On a device that she marked as hers: keeps what she saves while there is no connection, sends it when there is one,
// and wipes it when she signs out. On any other device this module is not loaded, or only to wipe.

const about = document.querySelector("meta[name=lr-apparaat]");
const { opened, wipe, ask, today } = await import(about.dataset.queue);
const url = about.dataset.texts;
const RETRY_MS = 20_000;

function counted(place, name, count) {
  const many = count === 1 ? "One" : "More";
  return place.dataset[name ? name + many : many.toLowerCase()].replace("{count}", count);
}

class Told {
  constructor() {
    this.box = document.querySelector("template[data-waiting]").content.firstElementChild.cloneNode(true);
    this.line = this.box.querySelector("[role=status]");
  }

  say(sentences, { portfolio = false, device = false } = {}) {
    if (!this.box.isConnected) document.querySelector("main .lr-wrap").prepend(this.box);
    this.line.textContent = sentences.join(" ");
    this.box.querySelector("[data-to-portfolio]").hidden = !portfolio;
    this.box.querySelector("[data-to-device]").hidden = !device;
  }

  came({ state, sent, both, left, refused }) {
    const said = [];
    const words = this.line.dataset;
    if (sent) said.push(counted(this.line, "sent", sent));
    if (both) said.push(words.both);
    if (left - refused) said.push(counted(this.line, "", left - refused), words[{ "signed-out": "signedOut", full: "full" }[state] ?? "away"]);
    if (refused) said.push(counted(this.line, "refused", refused));
    // The page about this device says it itself, and more.
    if (said.length && !document.querySelector("section[data-texts]")) this.say(said, { portfolio: sent > 0, device: left > 0 && about.content === "hers" });
  }
}

class Device {
  constructor(queue) {
    this.queue = queue;
    this.told = new Told();
    this.leaving = false;
    document.addEventListener("submit", (event) => this.submitted(event), true);
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => this.send());
  }

  async send() {
    clearTimeout(this.timer);
    if (this.leaving || document.visibilityState !== "visible" || !(await this.queue.count())) return;
    if (about.content !== "hers") {
      const left = await this.queue.waiting();
      this.told.came({ state: "signed-out", sent: 0, both: 0, left: left.length, refused: 0 });
      return;
    }
    const came = await this.queue.send(url);
    if (came.state !== "busy") this.told.came(came);
    if (came.state === "away") this.timer = setTimeout(() => this.send(), RETRY_MS);
    document.dispatchEvent(new CustomEvent("lr-sent"));
  }

  // What she began without a connection stands in the box again, and is a draft like any other from here.
  async takeOver() {
    const box = document.querySelector("form[data-away]")?.elements.tekst;
    if (about.content !== "hers" || !box || box.value || location.pathname !== "/") return;
    const typed = await this.queue.draft();
    if (!typed) return;
    // The module that keeps drafts must have seen the empty box first.
    if (document.readyState !== "complete") await new Promise((seen) => addEventListener("load", seen, { once: true }));
    if (box.value) return; // she began to type meanwhile
    box.value = typed;
    this.took = box.form;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.form.addEventListener("lr-drafted", () => this.queue.keepDraft(""), { once: true });
  }

  // Comes before what other modules do with the form: it goes on to them when it is sent after all.
  submitted(event) {
    const form = event.target;
    if (form.dataset.goesOn === "1") {
      delete form.dataset.goesOn;
      return;
    }
    const keeps = "away" in form.dataset && event.submitter?.getAttribute("formaction") === null;
    const ends = "endsSession" in form.dataset || "endsDevice" in form.dataset;
    if (!keeps && !ends) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.busy) return; // pressed twice
    this.busy = true;
    (keeps ? this.saved(form, event.submitter) : this.left(form, event.submitter)).finally(() => {
      this.busy = false;
    });
  }

  goOn(form, submitter) {
    form.dataset.goesOn = "1";
    form.requestSubmit(submitter);
  }

  async saved(form, submitter) {
    const connected = navigator.onLine && (await ask(url)).state !== "away";
    if (connected) {
      // What she took over goes with this form: it must not come back into the box.
      if (form === this.took) await this.queue.keepDraft("").catch(() => {});
      this.goOn(form, submitter);
    } else if ([...form.querySelectorAll("input[type=file]")].some((each) => each.files.length)) {
      this.told.say([this.told.line.dataset.file]);
      this.told.box.scrollIntoView({ block: "nearest" });
    } else if (form.elements.tekst.value.trim()) {
      await this.kept(form);
    }
  }

  async kept(form) {
    const hidden = ["csrfmiddlewaretoken", "formulier", "versie", "concept", "eigenaar", "wacht", "bestanden", "einde"];
    const all = new FormData(form);
    const fields = [...all].filter(([name]) => !hidden.includes(name));
    const base = Number(all.get("versie"));
    const chosen = base > 0 || Boolean(all.get("datum"));
    const typed = fields.filter(([name, value]) => name !== "datum" || value);
    if (!chosen) typed.push(["datum", today()]);
    try {
      await this.queue.add({ entry: all.get("formulier"), base, fields: typed, chosen });
    } catch {
      this.told.say([this.told.line.dataset.failed]);
      return;
    }
    if (navigator.serviceWorker.controller) location.assign("/"); // the page that this device keeps: there she writes on
    else await this.send();
  }

  // She signs out, or takes the mark away: first what waits is sent; what can not be sent she decides about.
  async left(form, submitter) {
    this.leaving = true;
    try {
      const left = await this.unsent().catch(() => 0); // wiped by another tab or the browser: nothing can wait
      if (left && !(await this.decided(left))) return;
      await wipe().catch(() => {}); // the answer to the form wipes too
      this.goOn(form, submitter);
    } finally {
      this.leaving = false;
    }
  }

  async unsent() {
    let left = await this.queue.count();
    if (left && about.content === "hers") ({ left } = await this.queue.send(url));
    return left + ((await this.queue.draft()) ? 1 : 0);
  }

  decided(left) {
    const dialog = document.querySelector("template[data-leaving]").content.firstElementChild.cloneNode(true);
    const heading = dialog.querySelector("h2");
    const line = dialog.querySelector("[role=status]");
    heading.textContent = counted(heading, "", left);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "leave");
      });
      dialog.addEventListener("click", async ({ target }) => {
        const answer = target.closest("[data-answer]")?.dataset.answer;
        if (answer === "send") {
          await this.queue.addDraft(); // what she had not finished goes too: she says so herself
          const unsent = await this.unsent();
          if (unsent === 0) dialog.close("leave");
          line.textContent = line.dataset.again;
          heading.textContent = counted(heading, "", unsent);
        } else if (answer) {
          dialog.close(answer);
        }
      });
    });
  }
}

async function begin() {
  if (about.content === "of-another") return wipe();
  const queue = await opened();
  if (!queue) return undefined; // wiped while there was no connection, or by the browser: nothing is kept any more
  if (about.content === "hers") {
    if (queue.tag !== about.dataset.tag) return wipe();
    navigator.serviceWorker?.register(about.dataset.worker);
  }
  const device = new Device(queue);
  await device.takeOver();
  return device.send();
}

begin();
