"""Going through a page with the keyboard alone. Every stop on the way is checked: it has a name and shows the focus."""

import re

from playwright.sync_api import Page, expect

STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const look = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const covering = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
  const labels = here.labels ? [...here.labels].map((each) => each.textContent).join(" ") : "";
  const roles = { A: "link", BUTTON: "button", TEXTAREA: "textbox", SELECT: "combobox", SUMMARY: "summary" };
  const inputs = { checkbox: "checkbox", radio: "radio", file: "file", search: "searchbox" };
  return {
    role: here.tagName === "INPUT" ? (inputs[here.type] ?? "textbox") : (roles[here.tagName] ?? here.role ?? ""),
    name: (here.ariaLabel || labels || here.textContent || "").trim().replace(/\\s+/g, " "),
    outline: look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    covered: !covering || here.contains(covering) || covering.contains(here) ? "" : covering.outerHTML.slice(0, 120),
  };
}"""


def reach(page: Page, name: str, role: str, *, key: str = "Tab") -> None:
    """Press Tab (or Shift+Tab) until something with this role and a name that begins so has the focus."""
    wanted = re.compile(re.escape(name), re.IGNORECASE)
    passed: list[str] = []
    for _ in range(200):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:  # past the last stop the focus leaves the page; it comes in again at the other end
            continue
        where = f"{page.url}: {stop['role']} {stop['name'][:60]!r}"
        assert stop["name"], f"{where} has no name"
        assert stop["outline"] >= 2, f"{where} has the focus, but nobody sees it"
        assert stop["seen"], f"{where} has the focus outside the screen"
        assert not stop["covered"], f"{where} has the focus behind {stop['covered']}"
        if stop["role"] == role and wanted.match(stop["name"]):
            return
        passed.append(stop["name"][:40])
    raise AssertionError(f"the keyboard does not reach {role} {name}; it passed {passed[:60]}")


def press(page: Page, name: str, role: str, then: str = "", *, key: str = "Enter") -> None:
    """Reach it with Tab, type into it if asked, press Enter, and wait for the page that follows."""
    reach(page, name, role)
    if then:
        page.keyboard.type(then)
    if page.evaluate("document.activeElement.getAttribute('href')?.startsWith('#')"):
        page.keyboard.press(key)
        return
    with page.expect_navigation():
        page.keyboard.press(key)


def rewrite(page: Page, name: str, text: str) -> None:
    """Replace what stands in a field."""
    reach(page, name, "textbox")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def told(page: Page, text: str) -> None:
    """After an action the focus is on what the page has to say about it."""
    expect(page.locator("[role=status]:focus, [role=alert]:focus")).to_contain_text(text)


def sign_in_by_keyboard(page: Page, name: str, *, provider: str = "Demo-eID") -> None:
    """From the first page to signed in."""
    page.goto("/")
    press(page, "Inloggen", "link")
    press(page, f"Inloggen met {provider}", "button")
    press(page, "Zoek iemand op naam", "searchbox", then=name)
    press(page, f"Inloggen als {name}", "button")


def sign_in_as_staff_by_keyboard(page: Page, name: str) -> None:
    """With a school account, and once more with a second factor when the page asks for it."""
    sign_in_by_keyboard(page, name, provider="Demo-schoolaccount")
    page.goto("/tweede-factor/")
    press(page, "Opnieuw inloggen met Demo-schoolaccount", "button")
    press(page, "Zoek iemand op naam", "searchbox", then=name)
    press(page, f"Inloggen als {name}", "button")
