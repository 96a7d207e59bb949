// Keeps a draft of what she types, quietly, and never touches the text itself. Without this module every form still works.

const WAIT_MS = 2000;
const RETRY_MS = 8000;

class Editor {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.editor;
    this.status = form.querySelector("[data-status]");
    this.kept = this.written();
    this.timer = 0;
    this.busy = false;
    this.over = false;
    this.renewed = false;
    form.addEventListener("input", () => this.later(WAIT_MS));
    form.addEventListener("submit", () => {
      this.over = true;
      clearTimeout(this.timer);
    });
    // She goes to another tab, or comes back from signing in there.
    document.addEventListener("visibilitychange", () => this.keep());
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  written() {
    const hidden = ["csrfmiddlewaretoken", "formulier", "versie", "concept", "eigenaar"];
    const fields = [...new FormData(this.form)].filter(([name, value]) => !hidden.includes(name) && typeof value === "string");
    return fields.flat().join("\u0000");
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), wait);
  }

  say(key) {
    const text = this.status.dataset[key] ?? "";
    if (this.said === key) return;
    this.said = key;
    this.status.textContent = text;
    if (key === "signedOut") {
      const link = document.createElement("a");
      link.href = this.status.dataset.signInUrl;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = this.status.dataset.signIn;
      this.status.append(" ", link);
    }
  }

  async keep() {
    const now = this.written();
    if (this.over || this.busy || now === this.kept) return;
    this.busy = true;
    try {
      await this.send(now);
    } catch {
      this.notNow();
    } finally {
      this.busy = false;
    }
    if (!this.over && this.said === "saved" && this.written() !== this.kept) this.later(WAIT_MS);
  }

  async send(now) {
    const fields = new FormData(this.form);
    fields.delete("bestanden"); // a draft is text alone
    const body = new URLSearchParams(fields);
    // When she goes to another page the question must outlive this one; browsers allow that for 64 kB.
    const keepalive = document.visibilityState === "hidden" && body.toString().length < 60_000;
    const answer = await this.ask(this.url, { method: "POST", body, keepalive });
    if (this.over) return;
    if (answer.state === "saved") {
      this.field("concept").value = answer.version;
      this.kept = now;
      this.renewed = false;
      this.say("saved");
      this.form.dispatchEvent(new CustomEvent("lr-drafted"));
    } else if (answer.status === 429) {
      this.soon(answer.wait);
    } else if (answer.status === 403 && !answer.state && !this.renewed) {
      await this.renew();
    } else {
      this.refused(answer.state);
    }
  }

  // After signing in again in another tab the form's token no longer fits: fetch a fresh one, for her own session only.
  async renew() {
    const ticket = new URLSearchParams();
    for (const name of ["formulier", "versie", "concept", "eigenaar"]) ticket.set(name, this.field(name).value);
    const answer = await this.ask(`${this.url}?${ticket}`, {});
    if (this.over) return;
    if (answer.state === "ready") {
      this.renewed = true;
      this.field("csrfmiddlewaretoken").value = answer.token;
      this.later(0);
    } else if (answer.status === 429) {
      this.soon(answer.wait);
    } else {
      this.refused(answer.state);
    }
  }

  refused(state) {
    if (state === "signed-out") {
      this.say("signedOut");
      this.later(RETRY_MS);
    } else if (state === "somebody-else") {
      this.say("somebodyElse");
    } else if (state === "other-draft") {
      this.say("otherDraft");
    } else if (state === "invalid") {
      this.say("invalid");
    } else {
      this.notNow();
    }
  }

  // Asked too often: her text waits on the page, and the line below it no longer says that it was kept.
  soon(seconds) {
    this.said = "";
    this.status.textContent = "";
    this.later(Math.max(RETRY_MS, seconds * 1000));
  }

  notNow() {
    this.renewed = false;
    this.say("offline");
    this.later(RETRY_MS);
  }

  async ask(url, how) {
    const response = await fetch(url, { ...how, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const wait = Number(response.headers.get("Retry-After")) || 0;
    return { ...(isJson ? await response.json() : {}), status: response.status, wait };
  }
}

for (const form of document.querySelectorAll("form[data-editor]")) new Editor(form);
