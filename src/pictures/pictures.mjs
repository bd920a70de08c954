// Pictures of a report's page at the widths of a phone, a small and a large window and in print, and its check on the way:
// no accessibility fault by axe, no network request, nothing that its content security policy refuses.
//
//   node pictures.mjs PAGE FOLDER NAME          FOLDER/NAME.png (a window), NAME-WIDTH.png (all of it), NAME-WIDTH-top.png, NAME.pdf
//   node pictures.mjs --terminal PAGE PICTURE   one picture of a page that terminal.py made
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { readFileSync, statSync } from 'node:fs';

// The packages are where ./dev pictures has put them, which is not beside this file.
const packages = createRequire(resolve(process.env.PICTURES_MODULES, 'package.json'));
const { chromium } = packages('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const faults = [];
const open = async (file, width, scheme, scale = 1) => {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, deviceScaleFactor: scale, locale: 'en-GB', timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.on('console', message => faults.push(`console: ${message.text()}`));
  page.on('pageerror', error => faults.push(`script: ${error.message}`));
  page.on('request', request => {
    if (!request.url().startsWith('file:')) faults.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: 'load' });
  return page;
};
// axe itself is evaluated from outside the page, so that the page's policy stays as it is.
const check = async (page, what) => {
  await page.evaluate(readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8') + '; undefined');
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) {
    faults.push(`axe, ${what}: ${id}: ${help} (${nodes.length}, such as ${nodes[0].html.slice(0, 160)})`);
  }
};
// What is folded away nobody checks.
const openAll = page => page.evaluate(() => document.querySelectorAll('details').forEach(each => { each.open = true; }));
const width = page => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

const report = async (file, folder, name) => {
  for (const wide of [390, 900, 1440]) {
    const page = await open(file, wide, 'light');
    await check(page, `${wide} wide`);
    if (await width(page) > 0) faults.push(`${wide} wide: the page is wider than the window`);
    await openAll(page);
    await check(page, `${wide} wide, all of it open`);
    if (await width(page) > 0) faults.push(`${wide} wide, all of it open: the page is wider than the window`);
    await page.reload({ waitUntil: 'load' });
    await page.screenshot({ path: `${folder}/${name}-${wide}.png`, fullPage: true });
    const clip = { x: 0, y: 0, width: wide, height: 2400 };
    await page.screenshot({ path: `${folder}/${name}-${wide}-top.png`, fullPage: true, clip });
    await page.context().close();
  }
  const dark = await open(file, 1440, 'dark');
  await check(dark, 'dark');
  await openAll(dark);
  await check(dark, 'dark, all of it open');
  await dark.reload({ waitUntil: 'load' });
  await dark.screenshot({ path: `${folder}/${name}-dark.png` });
  await dark.context().close();
  const page = await open(file, 1180, 'light', 1.5);
  await page.screenshot({ path: `${folder}/${name}.png` });
  const began = performance.now();
  await page.pdf({ path: `${folder}/${name}.pdf`, preferCSSPageSize: true, format: 'A4' });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${file}: ${statSync(file).size} bytes; printed in ${seconds} s, ${statSync(`${folder}/${name}.pdf`).size} bytes`);
};

const terminal = async (file, picture) => {
  const page = await open(file, 1400, 'light', 1.5);
  await page.locator('#terminal').screenshot({ path: picture });
};

try {
  const [first, ...rest] = process.argv.slice(2);
  await (first === '--terminal' ? terminal(...rest) : report(first, ...rest));
} finally {
  await browser.close();
}
faults.forEach(fault => console.error(fault));
process.exitCode = faults.length ? 1 : 0;
