// While a form is on its way over a slow line: says so after a moment, and does not send it once more. A form whose
// answer is a file stays on the page, so it may be sent again soon. Without this script the browser shows that it waits.
const SAY_AFTER = 400;
const AGAIN_AFTER = 30_000;
const UPLOAD_AGAIN_AFTER = 600_000; // a second press would break off the first and begin anew
const FILE_AGAIN_AFTER = 4_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || !form.closest("main")) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "";
  const said = Object.assign(document.createElement("p"), { className: "lr-soft" });
  said.setAttribute("role", "status");
  form.append(said);
  const uploads = [...form.querySelectorAll("input[type=file]")].some((each) => each.files.length);
  const { sending, sendingFile } = document.body.dataset;
  const saying = setTimeout(() => { said.textContent = uploads ? sendingFile : sending; }, SAY_AFTER);
  const over = () => {
    clearTimeout(saying);
    said.remove();
    delete form.dataset.sending;
  };
  const again = uploads ? UPLOAD_AGAIN_AFTER : AGAIN_AFTER;
  setTimeout(over, "file" in form.dataset ? FILE_AGAIN_AFTER : again);
  addEventListener("pageshow", over, { once: true }); // she came back with the browser's button
});
