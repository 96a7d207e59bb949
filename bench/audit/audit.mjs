// Lighthouse over pages: `node audit.mjs PLAN OUT`. PLAN: {chromium, times, pages: [{name, url, cookies}]}.
// OUT: per page its name and, per run, the scores (0 to 1), bytes (all, and style and
// scripts), largest paint, and which accessibility checks fail.
import { readFileSync, writeFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { connect } from "puppeteer-core";

const ASSETS = ["Stylesheet", "Script"];
const sum = (requests) => requests.reduce((total, { transferSize }) => total + (transferSize ?? 0), 0);
const [plan, out] = process.argv.slice(2);
const { chromium, times, pages } = JSON.parse(readFileSync(plan, "utf8"));
const chrome = await launch({
  chromePath: chromium,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});

const browser = await connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });

async function once({ url, cookies }) {
  const context = await browser.createBrowserContext();
  await context.setCookie(...Object.entries(cookies).map(([name, value]) => ({ name, value, domain: "localhost" })));
  const flags = { port: chrome.port, onlyCategories: ["performance", "accessibility"], logLevel: "error" };
  const result = await lighthouse(url, flags, undefined, await context.newPage());
  await context.close();
  const { categories, audits, finalDisplayedUrl, runtimeError } = result.lhr;
  return {
    url: finalDisplayedUrl,
    error: runtimeError?.message ?? "",
    performance: categories.performance.score ?? 0,
    accessibility: categories.accessibility.score ?? 0,
    bytes: sum(audits["network-requests"].details.items),
    assets: sum(audits["network-requests"].details.items.filter(({ resourceType }) => ASSETS.includes(resourceType))),
    paint: audits["largest-contentful-paint"].numericValue ?? 0,
    failing: categories.accessibility.auditRefs
      .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
      .map(({ id }) => id),
  };
}

const found = [];
for (const page of pages) {
  const runs = [];
  for (let time = 0; time < times; time++) runs.push(await once(page));
  found.push({ name: page.name, url: page.url, runs });
}
await browser.disconnect();
chrome.kill();
writeFileSync(out, JSON.stringify(found));
