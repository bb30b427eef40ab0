// Opens every page of the built site in a browser, as a reader does who follows links:
//
//     node browser.cjs SITE CHROMIUM NODE_MODULES
//
// Fails on a link that leads nowhere, an error that the page reports, a request that leaves the site, a formula that is
// not typeset, a page that is wider than a phone, and where search or the dark theme does not work.
const fs = require("fs");
const path = require("path");
const { pathToFileURL, fileURLToPath } = require("url");

const [site, chromium, modules] = process.argv.slice(2);
const browserType = require(path.resolve(modules, "playwright-core")).chromium;
const home = pathToFileURL(path.join(fs.realpathSync(site), "/")).href;
const complaints = [];
const complain = (page, text) => complaints.push(`${page.replace(home, "")}: ${text}`);

function watch(page) {
  page.on("console", (message) => message.type() === "error" && complain(page.url(), message.text()));
  page.on("pageerror", (error) => complain(page.url(), error.message));
  page.on("requestfailed", (request) => complain(page.url(), `cannot load ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(home) && !request.url().startsWith("data:"))
      complain(page.url(), `asks for ${request.url()}, which is not of the site`);
  });
}

async function visit(page, url) {
  await page.goto(url);
  await page.evaluate(() => window.MathJax?.startup?.promise);
  const found = await page.evaluate(() => ({
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    untypeset: [...document.querySelectorAll(".math")].filter((math) => !math.querySelector("mjx-container svg")).length,
    mistakes: document.querySelectorAll("[data-mjx-error]").length,
    excess: document.documentElement.scrollWidth - window.innerWidth,
  }));
  if (found.untypeset > 0) complain(url, `${found.untypeset} formulas are not typeset`);
  if (found.mistakes > 0) complain(url, `${found.mistakes} formulas have an error`);
  if (found.excess > 0) complain(url, `is ${found.excess} pixels wider than a phone`);
  return found;
}

async function visitAll(page) {
  const pages = new Map();  // the ids of each
  const links = [];         // with where they stand
  const waiting = [`${home}index.html`];
  while (waiting.length > 0) {
    const url = waiting.pop();
    if (pages.has(url)) continue;
    if (!fs.existsSync(fileURLToPath(url))) continue;  // told below, where the link stands
    const found = await visit(page, url);
    pages.set(url, new Set(found.ids));
    for (const link of found.links.filter((target) => target.startsWith("file:"))) {
      links.push([url, link]);
      const target = link.split("#")[0];
      if (target.endsWith(".html")) waiting.push(target);
    }
  }
  for (const [from, link] of links) {
    const [target, id] = link.split("#");
    if (!target.startsWith(home) || !fs.existsSync(fileURLToPath(target))) complain(from, `links to ${link}, which is not there`);
    else if (id && pages.has(target) && !pages.get(target).has(decodeURIComponent(id)))
      complain(from, `links to ${link.replace(home, "")}, which has no such place`);
  }
  return pages.size;
}

async function search(page) {
  await page.goto(`${home}search.html?q=mse_loss`);
  await page.waitForSelector("ul.search li a", { timeout: 10000 }).catch(() => complain(page.url(), "finds no mse_loss"));
}

// The theme follows the system, and what the reader chooses wins.
async function themes(page) {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${home}index.html`);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background();
  if (light === dark) complain(page.url(), "is not dark where the system is");
  await page.locator(".theme-toggle:visible").first().click();
  if ((await background()) !== light) complain(page.url(), "does not become light when asked to");
}

async function main() {
  const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  watch(page);
  const count = await visitAll(page);
  await search(page);
  await themes(page);
  await browser.close();
  console.log([...new Set(complaints), `${count} pages, ${complaints.length} complaints`].join("\n"));
  process.exit(complaints.length > 0 || count < 10 ? 1 : 0);
}

main();
