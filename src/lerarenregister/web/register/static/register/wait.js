// Looks now and then whether the work is done, and shows the result then. Without this script a link does the same.
const waiting = document.querySelector("[data-waiting]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !(await answer.text()).includes("data-waiting")) {
      location.reload();
      return;
    }
  } catch {
    // The connection is away for a moment; the next look may succeed.
  }
  setTimeout(look, 1500);
}

if (waiting) setTimeout(look, 1000);
