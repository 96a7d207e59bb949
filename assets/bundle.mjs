// Puts the components of package.json, unchanged and in order of name, into the one committed stylesheet.
import { readFileSync, writeFileSync } from "node:fs";

const here = new URL(".", import.meta.url);
const read = (path) => readFileSync(new URL(path, here), "utf8");
const { dependencies } = JSON.parse(read("package.json"));
const parts = Object.entries(dependencies)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, version]) => {
    const short = name.split("/")[1].replace(/-css$/, "");
    const file = name.startsWith("@utrecht") ? "index.min.css" : `${short}.css`;
    const css = read(`node_modules/${name}/dist/${file}`).replace(/\/\*# sourceMappingURL=.*?\*\/\s*/g, "");
    return `/* ${name} ${version} (EUPL-1.2), unchanged */\n${css.trim()}\n`;
  });
writeFileSync(new URL("../src/lerarenregister/web/static/web/nlds.css", here), parts.join("\n"));
