// Says at once that a file is too large, before she waits for it to be sent. Without this module the server says it.

for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const said = document.createElement("p");
  said.setAttribute("aria-live", "assertive");
  said.className = "utrecht-form-field-error-message";
  input.after(said);
  input.addEventListener("change", () => {
    const most = Number(input.dataset.most) * 1024 * 1024;
    const large = [...input.files].filter((file) => file.size > most).map((file) => file.name);
    said.textContent = large.length ? `${input.dataset.tooLarge} ${large.join(", ")}` : "";
    input.setCustomValidity(said.textContent);
  });
}
