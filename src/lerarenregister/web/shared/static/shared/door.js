// The secret of a link stands behind its hash sign, which no browser sends. It goes into the form and out of the address
// bar; who came here presses the button herself. Without this script she pastes the link into the field.
const form = document.querySelector("[data-secret]");
const field = form?.elements.namedItem("code");

const take = () => {
  const secret = location.hash.slice(1);
  if (!field || secret.length < 20) return;
  history.replaceState(null, "", location.pathname);
  field.value = secret;
  form.querySelector("[data-typed]").hidden = true;
  form.querySelector("[data-taken]").hidden = false;
};

take();
addEventListener("hashchange", take);
