// After a comma the suggestions begin anew: a datalist by itself completes the whole field alone.

for (const field of document.querySelectorAll("input[data-words]")) {
  const words = [...field.list.options].map((option) => option.value);
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const used = new Set(before.split(",").map((word) => word.trim().toLowerCase()));
    const start = before && `${before} `;
    const left = words.filter((word) => !used.has(word.toLowerCase()));
    field.list.replaceChildren(...left.map((word) => new Option("", start + word)));
  });
}
